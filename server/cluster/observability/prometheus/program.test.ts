import { createServer, request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../../apimachinery/index.ts";
import { DisposableStore, seededRandom, silentLogger, systemClock, TestClock } from "../../base/index.ts";
import type { Transport } from "../../client/index.ts";
import type { ContainerContext } from "../../container/index.ts";
import { type AttachedPod, createPracticeNetwork } from "../../network/index.ts";
import { createPrometheusProgram } from "./program.ts";

const CONFIG = `global:
  scrape_interval: 2s
scrape_configs:
- job_name: kubernetes-pods
  kubernetes_sd_configs:
  - role: pod
  relabel_configs:
  - {action: keep, regex: true, source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape]}
  - {regex: (.+), source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_path], target_label: __metrics_path__}
  - action: replace
    regex: (\\d+);((([0-9]+?)(\\.|$)){4})
    replacement: $2:$1
    source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_port, __meta_kubernetes_pod_ip]
    target_label: __address__
  - {action: labelmap, regex: __meta_kubernetes_pod_label_(.+)}
  - {source_labels: [__meta_kubernetes_namespace], target_label: namespace}
  - {source_labels: [__meta_kubernetes_pod_name], target_label: pod}
`;

let started = new DisposableStore();
afterEach(() => {
  started.dispose();
  started = new DisposableStore();
});

function transportOf(pods: readonly KubeObject[]): Transport {
  return {
    request: async () => ({
      apiVersion: "v1",
      kind: "PodList",
      metadata: { resourceVersion: "1" },
      items: pods,
    }),
    watch: async function* ({ signal }) {
      await new Promise((resolve) => signal?.addEventListener("abort", resolve, { once: true }));
      yield* [];
    },
  };
}

function contextOf(network: AttachedPod, clock: TestClock): ContainerContext & { log: string[] } {
  const log: string[] = [];
  return {
    log,
    pod: {
      namespace: "istio-system",
      name: "prometheus",
      uid: "1",
      ip: network.ip,
      hostIP: "172.18.0.2",
      nodeName: "practice-node",
      serviceAccountName: "prometheus",
      labels: () => ({}),
      annotations: () => ({}),
    },
    container: "prometheus-server",
    image: "prom/prometheus:v2.48.0",
    command: ["/bin/prometheus", "--config.file=/etc/config/prometheus.yml"],
    env: {},
    files: {
      read: () => Buffer.from(CONFIG),
      list: () => undefined,
      write: () => undefined,
    },
    network,
    stdout: (text) => log.push(text),
    stderr: (text) => log.push(text),
    terminate: new AbortController().signal,
    clock,
    random: seededRandom(),
  };
}

async function get(network: AttachedPod, path: string): Promise<{ status: number; body: unknown }> {
  const connection = await network.connect({ host: "127.0.0.1", port: 9090 });
  return new Promise((resolve, reject) => {
    request(
      { createConnection: () => connection, path, headers: { host: "prometheus:9090", connection: "close" } },
      (message) => {
        let body = "";
        message.on("data", (chunk) => {
          body += chunk;
        });
        message.on("end", () => resolve({ status: message.statusCode ?? 0, body: JSON.parse(body) }));
      },
    )
      .on("error", reject)
      .end();
  });
}

describe("the Prometheus program", () => {
  it("scrapes annotated pods and answers queries over them", async () => {
    const clock = new TestClock();
    const network = createPracticeNetwork({
      clock: systemClock,
      random: seededRandom(),
      logger: silentLogger,
    });
    const app = started.add(network.attachPod({ namespace: "demo", name: "web" }));
    const own = started.add(network.attachPod({ namespace: "istio-system", name: "prometheus" }));
    let count = 0;
    const server = createServer((_message, response) => {
      count += 10;
      response.end(`# TYPE hits counter\nhits{path="/"} ${count}\n`);
    });
    started.add(app.listen({ port: 15020 }, (connection) => void server.emit("connection", connection)));
    const pod: KubeObject = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: "web",
        namespace: "demo",
        resourceVersion: "1",
        labels: { app: "web" },
        annotations: {
          "prometheus.io/scrape": "true",
          "prometheus.io/port": "15020",
          "prometheus.io/path": "/stats/prometheus",
        },
      },
      spec: { containers: [{ name: "web" }, { name: "istio-proxy", ports: [{ containerPort: 15090 }] }] },
      status: { phase: "Running", podIP: app.ip },
    };
    const context = contextOf(own, clock);
    const running = createPrometheusProgram({ transportFor: () => transportOf([pod]) }).start(context);
    started.add({ dispose: () => running.kill() });
    const labels = {
      app: "web",
      instance: `${app.ip}:15020`,
      job: "kubernetes-pods",
      namespace: "demo",
      pod: "web",
    };
    await clock.advance(0);
    for (let round = 1; round <= 5; round++) {
      await clock.advance(2_000);
      await expect.poll(() => count, { timeout: 20_000 }).toBe(round * 10);
      await expect
        .poll(() => get(own, "/api/v1/query?query=hits"), { timeout: 20_000 })
        .toMatchObject({
          body: { data: { result: [{ value: [clock.now() / 1000, String(round * 10)] }] } },
        });
    }
    expect(
      await get(own, `/api/v1/query?query=${encodeURIComponent("sum by (path) (rate(hits[10s]))")}`),
    ).toEqual({
      status: 200,
      body: {
        status: "success",
        data: { resultType: "vector", result: [{ metric: { path: "/" }, value: [clock.now() / 1000, "5"] }] },
      },
    });
    expect(await get(own, "/api/v1/query?query=up")).toEqual({
      status: 200,
      body: {
        status: "success",
        data: {
          resultType: "vector",
          result: [{ metric: { __name__: "up", ...labels }, value: [clock.now() / 1000, "1"] }],
        },
      },
    });
    expect(await get(own, "/api/v1/query?query=sum(up")).toEqual({
      status: 400,
      body: {
        status: "error",
        errorType: "bad_data",
        error: 'invalid parameter "query": 1:7: parse error: unclosed left parenthesis',
      },
    });
    expect(await get(own, "/api/v1/label/app/values")).toEqual({
      status: 200,
      body: { status: "success", data: ["web"] },
    });
    running.kill();
    expect(await running.exited).toBe(137);
  });
});
