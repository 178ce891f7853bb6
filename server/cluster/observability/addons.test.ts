// The add-ons as a learner installs them: the manifests applied to a practice cluster with Istio, then asked.
import { readdirSync, readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { dump, load, loadAll } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { arrayOf, isObject, type KubeObject, objectOf, valueAt } from "../apimachinery/index.ts";
import { builtinStrategies } from "../apis/index.ts";
import { createApiServer } from "../apiserver/index.ts";
import { DisposableStore, silentLogger, systemClock, systemRandom } from "../base/index.ts";
import { startControllers } from "../controllers/index.ts";
import { createProxyProgram } from "../envoy/index.ts";
import { applyManifests, createIstiodProgram, installProfile } from "../istio/index.ts";
import { startKubelet } from "../kubelet/index.ts";
import { createPracticeNetwork } from "../network/index.ts";
import { startScheduler } from "../scheduler/index.ts";
import { Storage } from "../storage/index.ts";
import { builtinPrograms, createContainerShell } from "../workloads/index.ts";
import { fetchFrom } from "./http/index.ts";
import { observabilityPrograms, prometheusAddon } from "./index.ts";

const FOLDER = new URL("../../../content/istio-samples/addons/", import.meta.url);

/** kubectl apply -f FOLDER: file by file, and in the namespace of the context where a file names none. */
function manifests(): readonly KubeObject[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));
  const objects = files.flatMap((name) => loadAll(readFileSync(new URL(name, FOLDER), "utf8")));
  const clusterScoped = /^Cluster/;
  return objects.filter(isKubeObject).map((object) => {
    const { kind, metadata } = object;
    if (clusterScoped.test(kind)) return object;
    return faster({ ...object, metadata: { namespace: "default", ...metadata } });
  });
}

const isKubeObject = (value: unknown): value is KubeObject =>
  isObject(value) && typeof value.kind === "string";

/** Scrapes every half second: nobody wants to wait for two rounds of five. */
function faster(object: KubeObject): KubeObject {
  const data = objectOf(valueAt(object, "data"));
  const config = data["prometheus.yml"];
  if (typeof config !== "string") return object;
  const text = config.replace(/(scrape_(interval|timeout)): 5s/g, "$1: 500ms");
  return Object.assign({ ...object }, { data: { ...data, "prometheus.yml": text } });
}

async function startCluster() {
  const running = new DisposableStore();
  const stop = new AbortController();
  running.add({ dispose: () => stop.abort() });
  const base = { clock: systemClock, random: systemRandom, logger: silentLogger };
  const api = running.add(
    await createApiServer({ ...base, storage: new Storage<KubeObject>(), strategies: builtinStrategies }),
  );
  const transport = api.transportFor({ name: "system:admin", groups: ["system:masters"] });
  const transportFor = () => transport;
  const network = createPracticeNetwork(base);
  const istiod = createIstiodProgram({ transportFor });
  const kubelet = running.add(
    startKubelet({
      ...base,
      transport,
      network,
      programs: [
        ...builtinPrograms,
        istiod,
        createProxyProgram(),
        ...observabilityPrograms({ transportFor }),
      ],
      shell: createContainerShell(),
      signal: stop.signal,
    }),
  );
  api.setKubelet(kubelet.connection);
  api.setDialer(kubelet.dialer);
  await kubelet.ready;
  await startControllers({ ...base, transport, rootCaPem: api.caPem, signal: stop.signal });
  startScheduler({ ...base, transport, signal: stop.signal });
  const client = running.add(network.attachPod({ namespace: "default", name: "outside" }));
  return { running, transport, kubelet, client };
}

const app = (name: string, env: Record<string, string>): readonly KubeObject[] => {
  const metadata = { name, namespace: "shop" };
  const container = {
    name,
    image: "nicholasjackson/fake-service:v0.7.8",
    env: Object.entries({ LISTEN_ADDR: "0.0.0.0:8081", NAME: name, ...env }).map(([key, value]) => ({
      name: key,
      value,
    })),
  };
  const labels = { app: name, version: "v1" };
  const ports = [{ name: "http", port: 8080, targetPort: 8081 }];
  const service = { apiVersion: "v1", kind: "Service", metadata, spec: { selector: { app: name }, ports } };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const spec = { replicas: 1, selector: { matchLabels: { app: name } }, template };
  return [service, { apiVersion: "apps/v1", kind: "Deployment", metadata, spec }];
};

describe("the telemetry add-ons", () => {
  let cluster: Awaited<ReturnType<typeof startCluster>>;
  const soon = <T>(look: () => T | Promise<T>) => vi.waitFor(look, { timeout: 60_000, interval: 100 });

  async function ask(url: string): Promise<unknown> {
    const options = { network: cluster.client, clock: systemClock, timeout: 20_000 };
    const { body } = await fetchFrom(new URL(url), options);
    return JSON.parse(body);
  }

  async function readyPods(namespace: string): Promise<readonly string[]> {
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const pods = arrayOf(valueAt(await cluster.transport.request({ method: "GET", path }), "items"));
    const isReady = (pod: unknown) =>
      arrayOf(valueAt(pod, "status", "conditions")).some(
        (one) => objectOf(one).type === "Ready" && objectOf(one).status === "True",
      );
    return pods
      .filter(isReady)
      .map((pod) => String(valueAt(pod, "metadata", "name")).replace(/-[a-z0-9]+-[a-z0-9]{5}$/, ""))
      .sort();
  }

  /** Calls web from its own pod, behind its proxy, as often as said. */
  async function traffic(times: number): Promise<void> {
    const path = "/api/v1/namespaces/shop/pods";
    const query = { labelSelector: "app=web" };
    const list = await cluster.transport.request({ method: "GET", path, query });
    const name = String(valueAt(arrayOf(valueAt(list, "items"))[0], "metadata", "name"));
    for (let i = 0; i < times; i++) {
      const streams = { stdout: new PassThrough(), stderr: new PassThrough(), tty: false };
      const signal = new AbortController().signal;
      const command = ["wget", "-q", "-O-", "http://back:8080/"];
      await cluster.kubelet.connection.exec(
        { namespace: "shop", name },
        { container: "web", command },
        { ...streams, signal },
      );
    }
  }

  beforeAll(async () => {
    cluster = await startCluster();
    const options = { transport: cluster.transport, clock: systemClock };
    await installProfile({ profile: "demo", version: "1.21.6" }, options);
    const shop = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "shop", labels: { "istio-injection": "enabled" } },
    };
    await applyManifests([shop, ...manifests()], options);
    await applyManifests([...app("back", {}), ...app("web", { UPSTREAM_URIS: "http://back:8080" })], options);
  }, 120_000);

  afterAll(() => cluster?.running.dispose());

  it("come up", async () => {
    await soon(async () =>
      expect(await readyPods("istio-system")).toEqual(
        expect.arrayContaining(["grafana", "istiod", "jaeger", "kiali", "prometheus"]),
      ),
    );
    await soon(async () => expect(await readyPods("default")).toEqual(["loki-0"]));
    await soon(async () => expect(await readyPods("shop")).toEqual(["back", "web"]));
  }, 120_000);

  it("see traffic: as metrics, as a graph and as traces", async () => {
    await soon(async () => {
      await traffic(3);
      const promql =
        'sum(rate(istio_requests_total{reporter="source",source_workload="web"}[1m])) by (destination_workload)';
      const answer = await ask(
        `http://prometheus.istio-system:9090/api/v1/query?query=${encodeURIComponent(promql)}`,
      );
      // A first call may have come before the proxy knew where to: it stands beside, as unknown.
      const found = arrayOf(valueAt(answer, "data", "result"));
      expect(found).toContainEqual(expect.objectContaining({ metric: { destination_workload: "back" } }));
    });
    const graph = "namespaces=shop&graphType=versionedApp&duration=60s";
    await soon(async () => {
      await traffic(1);
      const answer = await ask(`http://kiali.istio-system:20001/kiali/api/namespaces/graph?${graph}`);
      const edges = arrayOf(valueAt(answer, "elements", "edges")).map((one) => valueAt(one, "data"));
      expect(edges).toContainEqual(
        expect.objectContaining({ isMTLS: "100", traffic: expect.objectContaining({ protocol: "http" }) }),
      );
    });
    await soon(async () => {
      await traffic(1);
      const answer = await ask("http://tracing.istio-system/jaeger/api/traces?service=back.shop");
      const spans = arrayOf(valueAt(arrayOf(valueAt(answer, "data"))[0], "spans"));
      expect(spans.map((span) => valueAt(span, "operationName"))).toContain(
        "back.shop.svc.cluster.local:8080/*",
      );
    });
  }, 180_000);

  it("take spans by OpenTelemetry's protocol, as a provider of the mesh sends them", async () => {
    const path = "/api/v1/namespaces/istio-system/configmaps/istio";
    const map = objectOf(await cluster.transport.request({ method: "GET", path }));
    const mesh = objectOf(load(String(valueAt(map, "data", "mesh"))));
    const collector = { service: "jaeger-collector.istio-system.svc.cluster.local", port: 4317 };
    const told = { ...mesh, extensionProviders: [{ name: "otel", opentelemetry: collector }] };
    const data = { ...objectOf(valueAt(map, "data")), mesh: dump(told) };
    await cluster.transport.request({ method: "PUT", path, body: { ...map, data } });
    const telemetry = {
      apiVersion: "telemetry.istio.io/v1alpha1",
      kind: "Telemetry",
      metadata: { name: "otel", namespace: "shop" },
      spec: { tracing: [{ providers: [{ name: "otel" }], randomSamplingPercentage: 100 }] },
    };
    await applyManifests([telemetry], { transport: cluster.transport, clock: systemClock });
    await soon(async () => {
      await traffic(2);
      const tags = encodeURIComponent(JSON.stringify({ "telemetry.sdk.name": "envoy" }));
      const answer = await ask(
        `http://tracing.istio-system/jaeger/api/traces?service=back.shop&tags=${tags}&limit=1`,
      );
      const spans = arrayOf(valueAt(arrayOf(valueAt(answer, "data"))[0], "spans"));
      expect(spans.map((span) => valueAt(span, "operationName"))).toEqual([
        "back.shop.svc.cluster.local:8080/*",
        "back.shop.svc.cluster.local:8080/*",
      ]);
    });
  }, 120_000);

  it("know each other", async () => {
    const answer = await ask(
      "http://grafana.istio-system:3000/api/datasources/proxy/1/api/v1/query?query=sum(up)",
    );
    expect(valueAt(answer, "status")).toBe("success");
    expect(await ask("http://grafana.istio-system:3000/api/search")).toHaveLength(5);
    expect(await ask("http://kiali.istio-system:20001/kiali/api/istio/status")).toMatchObject([
      { name: "istio-egressgateway" },
      { name: "istio-ingressgateway" },
      { name: "istiod", is_core: true },
    ]);
    const { body } = await fetchFrom(new URL("http://loki.default:3100/ready"), {
      network: cluster.client,
      clock: systemClock,
      timeout: 20_000,
    });
    expect(body).toBe("ready\n");
  }, 60_000);
});

describe("the add-on that comes with the cluster", () => {
  it("is the same Prometheus as the manifest's", () => {
    const identity = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.name}`;
    const own = manifests().filter(({ metadata }) => metadata.name === "prometheus");
    expect(prometheusAddon({ version: "1.21.6" }).map(identity)).toEqual(own.map(identity));
  });
});
