import { describe, expect, it } from "vitest";
import { gatesFor } from "../../versions.ts";
import { defaultMeshConfig } from "../push/mesh-config.ts";
import { jsonPatch } from "./json-patch.ts";
import { injectSidecar } from "./mutate.ts";
import type { PodToInject } from "./pod.ts";
import { type InjectionSettings, parseInjectionValues } from "./settings.ts";
import { reviewInjection } from "./webhook.ts";

const gates = gatesFor("1.21.6");
const settings: InjectionSettings = {
  values: parseInjectionValues("{}", "1.21.6"),
  mesh: defaultMeshConfig,
  nativeSidecar: false,
};

const web: PodToInject = {
  metadata: {
    generateName: "web-api-7d5ccfd7b4-",
    labels: { app: "web-api", version: "v1", "pod-template-hash": "7d5ccfd7b4" },
    ownerReferences: [
      { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-api-7d5ccfd7b4", uid: "u", controller: true },
    ],
  },
  spec: {
    containers: [
      {
        name: "web-api",
        image: "fake",
        ports: [{ containerPort: 8081, protocol: "TCP" }],
        readinessProbe: { httpGet: { path: "/health", port: 8081 }, periodSeconds: 5 },
      },
    ],
    volumes: [{ name: "own" }],
  },
};

const inject = (pod: PodToInject, changes: Partial<InjectionSettings> = {}) =>
  injectSidecar(pod, { namespace: "istioinaction", settings: { ...settings, ...changes }, gates });

const withAnnotations = (annotations: Record<string, string>): PodToInject => ({
  ...web,
  metadata: { ...web.metadata, annotations },
});

describe("injection", () => {
  it("adds the init container and the proxy last, and its volumes", () => {
    const { spec } = inject(web);
    expect(spec.initContainers?.map(({ name }) => name)).toEqual(["istio-init"]);
    expect(spec.containers.map(({ name }) => name)).toEqual(["web-api", "istio-proxy"]);
    expect(spec.volumes?.map(({ name }) => name)).toEqual([
      "workload-socket",
      "credential-socket",
      "workload-certs",
      "istio-envoy",
      "istio-data",
      "istio-podinfo",
      "istio-token",
      "istiod-ca-cert",
      "own",
    ]);
    expect(spec.initContainers?.[0]?.args).toEqual(
      "istio-iptables -p 15001 -z 15006 -u 1337 -m REDIRECT -i * -x  -b * -d 15090,15021,15020 --log_output_level=default:info".split(
        " ",
      ),
    );
    expect(spec.containers[1]?.image).toBe("docker.io/istio/proxyv2:1.21.6");
  });

  it("says who the pod is", () => {
    const env = inject(web).spec.containers[1]?.env;
    expect(env).toEqual([
      { name: "JWT_POLICY", value: "third-party-jwt" },
      { name: "PILOT_CERT_PROVIDER", value: "istiod" },
      { name: "CA_ADDR", value: "istiod.istio-system.svc:15012" },
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
      { name: "INSTANCE_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      { name: "SERVICE_ACCOUNT", valueFrom: { fieldRef: { fieldPath: "spec.serviceAccountName" } } },
      { name: "HOST_IP", valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } },
      { name: "ISTIO_CPU_LIMIT", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
      { name: "PROXY_CONFIG", value: "{}\n" },
      { name: "ISTIO_META_POD_PORTS", value: '[\n    {"containerPort":8081,"protocol":"TCP"}\n]' },
      { name: "ISTIO_META_APP_CONTAINERS", value: "web-api" },
      { name: "GOMEMLIMIT", valueFrom: { resourceFieldRef: { resource: "limits.memory" } } },
      { name: "GOMAXPROCS", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
      { name: "ISTIO_META_CLUSTER_ID", value: "Kubernetes" },
      { name: "ISTIO_META_NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
      { name: "ISTIO_META_INTERCEPTION_MODE", value: "REDIRECT" },
      { name: "ISTIO_META_WORKLOAD_NAME", value: "web-api" },
      {
        name: "ISTIO_META_OWNER",
        value: "kubernetes://apis/apps/v1/namespaces/istioinaction/deployments/web-api",
      },
      { name: "ISTIO_META_MESH_ID", value: "cluster.local" },
      { name: "TRUST_DOMAIN", value: "cluster.local" },
      {
        name: "ISTIO_KUBE_APP_PROBERS",
        value: '{"/app-health/web-api/readyz":{"httpGet":{"path":"/health","port":8081}}}',
      },
    ]);
  });

  it("labels and annotates", () => {
    const { metadata } = inject(web);
    expect(metadata.labels).toEqual({
      ...web.metadata.labels,
      "security.istio.io/tlsMode": "istio",
      "service.istio.io/canonical-name": "web-api",
      "service.istio.io/canonical-revision": "v1",
    });
    expect(metadata.annotations).toEqual({
      "istio.io/rev": "default",
      "kubectl.kubernetes.io/default-container": "web-api",
      "kubectl.kubernetes.io/default-logs-container": "web-api",
      "prometheus.io/path": "/stats/prometheus",
      "prometheus.io/port": "15020",
      "prometheus.io/scrape": "true",
      "sidecar.istio.io/status":
        '{"initContainers":["istio-init"],"containers":["istio-proxy"],"volumes":["workload-socket","credential-socket","workload-certs","istio-envoy","istio-data","istio-podinfo","istio-token","istiod-ca-cert"],"imagePullSecrets":null,"revision":"default"}',
    });
  });

  it("sends the kubelet's probes to the agent", () => {
    expect(inject(web).spec.containers[0]?.readinessProbe).toEqual({
      httpGet: { path: "/app-health/web-api/readyz", port: 15020, scheme: "HTTP" },
      periodSeconds: 5,
    });
    const kept = inject(withAnnotations({ "sidecar.istio.io/rewriteAppHTTPProbers": "false" }));
    expect(kept.spec.containers[0]?.readinessProbe).toEqual(web.spec.containers[0]?.readinessProbe);
  });

  it("puts the proxy first when the application must wait for it", () => {
    const { spec } = inject(
      withAnnotations({ "proxy.istio.io/config": "holdApplicationUntilProxyStarts: true" }),
    );
    expect(spec.containers.map(({ name }) => name)).toEqual(["istio-proxy", "web-api"]);
    expect(spec.containers[0]?.lifecycle).toEqual({
      postStart: { exec: { command: ["pilot-agent", "wait"] } },
    });
  });

  it("makes the proxy a restartable init container where the cluster can", () => {
    const { spec, metadata } = inject(web, { nativeSidecar: true });
    expect(spec.initContainers?.map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
      ["istio-init", undefined],
      ["istio-proxy", "Always"],
    ]);
    expect(spec.containers.map(({ name }) => name)).toEqual(["web-api"]);
    expect(metadata.annotations?.["sidecar.istio.io/status"]).toContain(
      '"initContainers":["istio-init","istio-proxy"],"containers":null',
    );
  });

  it("takes resources from the pod's annotations", () => {
    const { spec } = inject(withAnnotations({ "sidecar.istio.io/proxyCPU": "50m" }));
    expect(spec.containers[1]?.resources).toEqual({ requests: { cpu: "50m" } });
    expect(inject(web).spec.containers[1]?.resources).toEqual({
      limits: { cpu: "2", memory: "1Gi" },
      requests: { cpu: "100m", memory: "128Mi" },
    });
  });
});

const PLAIN = { uid: "u", allowed: true };
const review = (pod: PodToInject, namespace = "istioinaction") =>
  reviewInjection({ uid: "u", namespace, object: pod }, { settings, gates });

describe("injection webhook", () => {
  it.each([
    ["a pod of the host's network", { ...web, spec: { ...web.spec, hostNetwork: true } }],
    ["a pod that has a sidecar", withAnnotations({ "sidecar.istio.io/status": "{}" })],
    ["a pod that declines by annotation", withAnnotations({ "sidecar.istio.io/inject": "false" })],
    [
      "a pod whose label declines although its annotation asks",
      {
        ...web,
        metadata: {
          labels: { "sidecar.istio.io/inject": "false" },
          annotations: { "sidecar.istio.io/inject": "true" },
        },
      },
    ],
  ])("leaves %s alone", (_, pod) => {
    expect(review(pod)).toEqual(PLAIN);
  });

  it("leaves system namespaces alone", () => {
    expect(review(web, "kube-system")).toEqual(PLAIN);
  });

  it("answers with a patch that turns the pod into the injected one", () => {
    const answer = review(web);
    expect(answer.patchType).toBe("JSONPatch");
    const operations: unknown = JSON.parse(Buffer.from(answer.patch ?? "", "base64").toString("utf8"));
    expect(operations).toEqual(JSON.parse(JSON.stringify(jsonPatch(web, inject(web)))));
    expect(jsonPatch({ a: 1, b: { c: 1 } }, { b: { c: 2, "d/e": 3 } })).toEqual([
      { op: "remove", path: "/a" },
      { op: "replace", path: "/b/c", value: 2 },
      { op: "add", path: "/b/d~1e", value: 3 },
    ]);
  });
});
