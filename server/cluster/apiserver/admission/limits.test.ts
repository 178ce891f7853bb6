import { beforeEach, expect, it } from "vitest";
import { type Harness, pod, startHarness } from "../testing/harness.ts";

const DEFAULT = "/api/v1/namespaces/default";
let api: Harness;

beforeEach(async () => {
  api = await startHarness();
});

const limited = (name: string, resources: object) =>
  pod(name, { containers: [{ name: "main", image: "nginx", resources }] });
const refusal = async (body: object, path = `${DEFAULT}/pods`) =>
  (await api.refusal({ method: "POST", path, body })).status.message;

it("gives containers a range's defaults and says so", async () => {
  await api.create(`${DEFAULT}/limitranges`, {
    metadata: { name: "range" },
    spec: {
      limits: [
        {
          type: "Container",
          default: { cpu: 1, memory: "512Mi" },
          defaultRequest: { cpu: "0.5" },
          min: { memory: "64Mi" },
        },
      ],
    },
  });
  expect((await api.get(`${DEFAULT}/limitranges/range`)).spec).toEqual({
    limits: [
      {
        type: "Container",
        default: { cpu: "1", memory: "512Mi" },
        defaultRequest: { cpu: "500m", memory: "512Mi" },
        min: { memory: "64Mi" },
      },
    ],
  });
  const made = await api.create(
    `${DEFAULT}/pods`,
    pod("p", {
      initContainers: [{ name: "first", image: "busybox", resources: { limits: { cpu: "2" } } }],
      containers: [{ name: "main", image: "nginx", resources: { requests: { memory: "100Mi" } } }],
    }),
  );
  expect(made.metadata.annotations).toEqual({
    "kubernetes.io/limit-ranger":
      "LimitRanger plugin set: cpu request for container main; cpu, memory limit for container main; memory request for init container first; memory limit for init container first",
  });
  expect(made.spec).toMatchObject({
    containers: [
      { resources: { requests: { cpu: "500m", memory: "100Mi" }, limits: { cpu: "1", memory: "512Mi" } } },
    ],
    initContainers: [
      { resources: { requests: { cpu: "2", memory: "512Mi" }, limits: { cpu: "2", memory: "512Mi" } } },
    ],
  });
});

it("refuses what is beyond a range, in upstream's words", async () => {
  await api.create(`${DEFAULT}/limitranges`, {
    metadata: { name: "range" },
    spec: {
      limits: [
        {
          type: "Container",
          min: { cpu: "200m" },
          max: { cpu: "800m" },
          maxLimitRequestRatio: { memory: "2" },
        },
        { type: "Pod", max: { memory: "1Gi" } },
        { type: "PersistentVolumeClaim", min: { storage: "1Gi" }, max: { storage: "2Gi" } },
      ],
    },
  });
  const memory = { memory: "100Mi" };
  const claim = (storage: string) => ({
    metadata: { name: "c" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
  });
  const container = (name: string) => ({
    name,
    image: "i",
    resources: { limits: { cpu: "800m", memory: "600Mi" } },
  });
  const claims = `${DEFAULT}/persistentvolumeclaims`;
  expect([
    await refusal(limited("a", { limits: { cpu: "1500m", ...memory }, requests: { cpu: "500m" } })),
    await refusal(limited("b", { limits: { cpu: "800m", ...memory }, requests: { cpu: "100m" } })),
    await refusal(limited("c", { limits: { cpu: "300m", memory: "300Mi" }, requests: memory })),
    await refusal(pod("d", { containers: [container("one"), container("two")] })),
    await refusal(limited("e", {})),
    await refusal(claim("5Gi"), claims),
    await refusal(claim("500Mi"), claims),
  ]).toEqual([
    'pods "a" is forbidden: maximum cpu usage per Container is 800m, but limit is 1500m',
    'pods "b" is forbidden: minimum cpu usage per Container is 200m, but request is 100m',
    'pods "c" is forbidden: memory max limit to request ratio per Container is 2, but provided ratio is 3.000000',
    'pods "d" is forbidden: maximum memory usage per Pod is 1Gi, but limit is 1200Mi',
    'pods "e" is forbidden: [memory max limit to request ratio per Container is 2, but no request is specified or request is 0, maximum memory usage per Pod is 1Gi.  No limit is specified]',
    'persistentvolumeclaims "c" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 5Gi',
    'persistentvolumeclaims "c" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi',
  ]);
});

it("refuses a range and a quota that cannot be", async () => {
  const limits = [
    { type: "Container", min: { cpu: "2" }, max: { cpu: "1" } },
    { type: "Pod", default: { cpu: "1" } },
  ];
  const range = { metadata: { name: "r" }, spec: { limits } };
  expect(await refusal(range, `${DEFAULT}/limitranges`)).toBe(
    'LimitRange "r" is invalid: [spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1, spec.limits[0].defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1, spec.limits[0].default[cpu]: Invalid value: "2": min value 2 is greater than default value 1, spec.limits[1].default: Forbidden: may not be specified when `type` is \'Pod\']',
  );
  const quota = { metadata: { name: "q" }, spec: { hard: { "limit.cpu": "1" } } };
  expect(await refusal(quota, `${DEFAULT}/resourcequotas`)).toBe(
    'ResourceQuota "q" is invalid: [spec.hard[limit.cpu]: Invalid value: "limit.cpu": must be a standard resource type or fully qualified, spec.hard[limit.cpu]: Invalid value: "limit.cpu": must be a standard resource for quota]',
  );
});

const quota = (hard: object, spec: object = {}) =>
  api.create(`${DEFAULT}/resourcequotas`, { metadata: { name: "quota" }, spec: { hard, ...spec } });

it("refuses what a quota has no room for, and what does not say how much it wants", async () => {
  await quota({ pods: "2", "requests.cpu": "1", "limits.memory": "1Gi" });
  const wanted = (cpu: string) => ({ requests: { cpu }, limits: { memory: "400Mi" } });
  await api.create(`${DEFAULT}/pods`, limited("a", wanted("600m")));
  expect([
    await refusal(pod("b")),
    await refusal(limited("b", wanted("500m"))),
    await refusal(limited("b", { requests: { cpu: "500m" }, limits: { memory: "700Mi" } })),
  ]).toEqual([
    'pods "b" is forbidden: failed quota: quota: must specify limits.memory for: main; requests.cpu for: main',
    'pods "b" is forbidden: exceeded quota: quota, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1',
    'pods "b" is forbidden: exceeded quota: quota, requested: limits.memory=700Mi,requests.cpu=500m, used: limits.memory=400Mi,requests.cpu=600m, limited: limits.memory=1Gi,requests.cpu=1',
  ]);
  await api.create(`${DEFAULT}/pods`, limited("b", wanted("400m")));
  expect(await refusal(limited("c", wanted("0")))).toBe(
    'pods "c" is forbidden: exceeded quota: quota, requested: limits.memory=400Mi,pods=1, used: limits.memory=800Mi,pods=2, limited: limits.memory=1Gi,pods=2',
  );
});

it("lets no two through where there is room for one", async () => {
  await quota({ configmaps: "2", "count/configmaps": "3" });
  const paths = Array.from({ length: 6 }, (_, index) => `c${index}`);
  const results = await Promise.allSettled(
    paths.map((name) => api.create(`${DEFAULT}/configmaps`, { metadata: { name } })),
  );
  expect(results.map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    ...Array.from({ length: 4 }, () => "rejected"),
  ]);
  // What was refused has given its place back.
  await api.request({ method: "DELETE", path: `${DEFAULT}/configmaps/c0` });
  await api.create(`${DEFAULT}/configmaps`, { metadata: { name: "again" } });
});

it("counts custom kinds by their name, and updates by what they add", async () => {
  await quota({ "count/deployments.apps": "0", "services.nodeports": "1" });
  const labels = { app: "d" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }] } };
  const deployment = { metadata: { name: "d" }, spec: { selector: { matchLabels: labels }, template } };
  expect(await refusal(deployment, "/apis/apps/v1/namespaces/default/deployments")).toBe(
    'deployments.apps "d" is forbidden: exceeded quota: quota, requested: count/deployments.apps=1, used: count/deployments.apps=0, limited: count/deployments.apps=0',
  );
  const ports = [
    { name: "a", port: 1 },
    { name: "b", port: 2 },
  ];
  await api.create(`${DEFAULT}/services`, { metadata: { name: "s" }, spec: { ports } });
  const grown = await api.refusal({
    method: "PATCH",
    path: `${DEFAULT}/services/s`,
    contentType: "application/merge-patch+json",
    body: { spec: { type: "NodePort" } },
  });
  expect(grown.status.message).toBe(
    'services "s" is forbidden: exceeded quota: quota, requested: services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1',
  );
});
