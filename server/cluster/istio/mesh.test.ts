import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../apimachinery/index.ts";
import { builtinStrategies } from "../apis/index.ts";
import { createApiServer } from "../apiserver/index.ts";
import { DisposableStore, silentLogger, systemClock, systemRandom } from "../base/index.ts";
import { startControllers } from "../controllers/index.ts";
import { createProxyProgram } from "../envoy/index.ts";
import { startKubelet } from "../kubelet/index.ts";
import { createPracticeNetwork } from "../network/index.ts";
import { startScheduler } from "../scheduler/index.ts";
import { Storage } from "../storage/index.ts";
import { builtinPrograms, createContainerShell } from "../workloads/index.ts";
import { applyManifests, createIstiodProgram, installProfile } from "./index.ts";

/** The whole practice cluster in this process: what a learner does in the first labs, through the real parts. */
async function startCluster() {
  const running = new DisposableStore();
  const stop = new AbortController();
  running.add({ dispose: () => stop.abort() });
  const base = { clock: systemClock, random: systemRandom, logger: silentLogger };
  const api = await createApiServer({
    ...base,
    storage: new Storage<KubeObject>(),
    strategies: builtinStrategies,
  });
  running.add(api);
  const transport = api.transportFor({ name: "system:admin", groups: ["system:masters"] });
  const network = createPracticeNetwork(base);
  const istiod = createIstiodProgram({
    transportFor: ({ namespace, name }) =>
      api.transportFor({
        name: `system:serviceaccount:${namespace}:${name}`,
        groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
      }),
  });
  const kubelet = startKubelet({
    ...base,
    transport,
    network,
    programs: [...builtinPrograms, istiod, createProxyProgram()],
    shell: createContainerShell(),
    signal: stop.signal,
  });
  running.add(kubelet);
  api.setKubelet(kubelet.connection);
  api.setDialer(kubelet.dialer);
  await kubelet.ready;
  await startControllers({ ...base, transport, rootCaPem: api.caPem, signal: stop.signal });
  startScheduler({ ...base, transport, signal: stop.signal });
  return { running, transport, kubelet };
}

type Practice = Awaited<ReturnType<typeof startCluster>>;

const FAKE = "nicholasjackson/fake-service:v0.7.8";
const CURL = "governmentpaas/curl-ssl:terraform-14";

function workload(namespace: string, name: string, container: object): readonly KubeObject[] {
  const metadata = { name, namespace };
  const labels = { app: name, version: "v1" };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: { app: name }, ports: [{ name: "http", port: 8080, targetPort: 8081 }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels },
          spec: { serviceAccountName: name, containers: [{ name, ...container }] },
        },
      },
    },
  ];
}

const sleeper = (namespace: string) =>
  workload(namespace, "sleep", { image: CURL, command: ["/bin/sleep", "3650d"] });

const fake = (name: string) =>
  workload("shop", name, {
    image: FAKE,
    env: [
      { name: "LISTEN_ADDR", value: "0.0.0.0:8081" },
      { name: "NAME", value: name },
    ],
    ports: [{ containerPort: 8081 }],
  });

const namespace = (name: string, labels: Record<string, string>): KubeObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});

describe("a mesh of real parts", () => {
  let cluster: Practice;

  beforeAll(async () => {
    cluster = await startCluster();
    const options = { transport: cluster.transport, clock: systemClock };
    await installProfile({ profile: "demo", version: "1.21.6" }, options);
    await applyManifests(
      [namespace("shop", { "istio-injection": "enabled" }), namespace("outside", {})],
      options,
    );
    await applyManifests([...fake("web"), ...sleeper("shop"), ...sleeper("outside")], options);
  }, 60_000);

  afterAll(() => cluster.running.dispose());

  const get = (path: string) => cluster.transport.request({ method: "GET", path });
  const apply = (object: KubeObject) =>
    applyManifests([object], { transport: cluster.transport, clock: systemClock });

  async function podOf(namespace: string, app: string): Promise<KubeObject> {
    const query = { labelSelector: `app=${app}` };
    const list = await cluster.transport.request({
      method: "GET",
      path: `/api/v1/namespaces/${namespace}/pods`,
      query,
    });
    const [pod] = "items" in list && Array.isArray(list.items) ? list.items : [];
    if (!pod) throw new Error(`no pod of ${app}`);
    return pod;
  }

  async function exec(pod: KubeObject, container: string, command: readonly string[]) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const { namespace = "", name = "" } = pod.metadata;
    const streams = { stdout, stderr, tty: false, signal: new AbortController().signal };
    const code = await cluster.kubelet.connection.exec({ namespace, name }, { container, command }, streams);
    stdout.end();
    return { code, out: await text(stdout) };
  }

  const status = ["-s", "-o", "/dev/null", "-w", "%{http_code}"];

  async function curl(from: string, ...args: readonly string[]) {
    const { code, out } = await exec(await podOf(from, "sleep"), "sleep", ["curl", ...status, ...args]);
    return `${out} ${code}`;
  }

  /** A push takes a moment: asks again until the answer is the expected one, and gives the last one otherwise. */
  async function settles(expected: string, ask: () => Promise<string>): Promise<string> {
    let last = await ask();
    for (let attempt = 0; attempt < 500 && last !== expected; attempt++) {
      await systemClock.sleep(20);
      last = await ask();
    }
    return last;
  }

  const WEB = "http://web.shop:8080/";
  const strict: KubeObject = {
    apiVersion: "security.istio.io/v1beta1",
    kind: "PeerAuthentication",
    metadata: { name: "default", namespace: "istio-system" },
    spec: { mtls: { mode: "STRICT" } },
  };

  it("injects by the namespace's label", async () => {
    const containers = async (namespace: string) => {
      const { spec } = (await podOf(namespace, "sleep")) as {
        spec?: { containers?: readonly { name: string }[] };
      };
      return spec?.containers?.map(({ name }) => name);
    };
    expect(await containers("shop")).toEqual(["sleep", "istio-proxy"]);
    expect(await containers("outside")).toEqual(["sleep"]);
  });

  it("takes plain text until STRICT, and again after", async () => {
    expect(await settles("200 0", () => curl("shop", WEB))).toBe("200 0");
    expect(await curl("outside", WEB)).toBe("200 0");
    await apply(strict);
    expect(await settles("000 56", () => curl("outside", WEB))).toBe("000 56");
    expect(await curl("shop", WEB)).toBe("200 0");
    await cluster.transport.request({
      method: "DELETE",
      path: "/apis/security.istio.io/v1beta1/namespaces/istio-system/peerauthentications/default",
    });
    expect(await settles("200 0", () => curl("outside", WEB))).toBe("200 0");
  });

  it("opens the gateway for a host", async () => {
    const edge = "http://istio-ingressgateway.istio-system/";
    expect(await curl("outside", edge)).toBe("000 7");
    const metadata = { name: "web", namespace: "shop" };
    await apply({
      apiVersion: "networking.istio.io/v1beta1",
      kind: "Gateway",
      metadata,
      spec: {
        selector: { istio: "ingressgateway" },
        servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["shop.example"] }],
      },
    });
    await apply({
      apiVersion: "networking.istio.io/v1beta1",
      kind: "VirtualService",
      metadata,
      spec: {
        hosts: ["shop.example"],
        gateways: ["web"],
        http: [{ route: [{ destination: { host: "web", port: { number: 8080 } } }] }],
      },
    });
    const known = () => curl("outside", "-H", "Host: shop.example", edge);
    expect(await settles("200 0", known)).toBe("200 0");
    expect(await curl("outside", edge)).toBe("404 0");
  });

  it("refuses what upstream refuses", async () => {
    const bad = {
      ...strict,
      metadata: { name: "bad", namespace: "shop" },
      spec: { portLevelMtls: { "8081": { mode: "STRICT" } } },
    };
    await expect(apply(bad)).rejects.toThrow(
      'admission webhook "validation.istio.io" denied the request: configuration is invalid: mesh/namespace peer authentication cannot have port level mTLS',
    );
  });

  it("tells who is connected and in sync", async () => {
    const { code, out } = await exec(await podOf("istio-system", "istiod"), "discovery", [
      "pilot-discovery",
      "request",
      "GET",
      "/debug/syncz",
    ]);
    expect(code).toBe(0);
    const rows: readonly Record<string, string>[] = JSON.parse(out);
    expect(rows.map((row) => row.proxy?.replace(/-[a-z0-9]+-[a-z0-9]+\./, ".")).sort()).toEqual(
      [
        "istio-egressgateway.istio-system",
        "istio-ingressgateway.istio-system",
        "sleep.shop",
        "web.shop",
      ].sort(),
    );
    for (const row of rows) expect(row.listener_acked).toBe(row.listener_sent);
  });

  it("keeps its objects in the cluster", async () => {
    const { data } = (await get("/api/v1/namespaces/istio-system/secrets/istio-ca-secret")) as {
      data?: object;
    };
    expect(Object.keys(data ?? {}).sort()).toEqual([
      "ca-cert.pem",
      "ca-key.pem",
      "cert-chain.pem",
      "key.pem",
      "root-cert.pem",
    ]);
    const webhook = (await get(
      "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/istiod-default-validator",
    )) as { webhooks?: readonly { failurePolicy?: string }[] };
    expect(webhook.webhooks?.map(({ failurePolicy }) => failurePolicy)).toEqual(["Fail"]);
  });
});
