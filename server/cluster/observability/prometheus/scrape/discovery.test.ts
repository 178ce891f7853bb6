import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isObject, type KubeObject, objectOf, stringOf, valueAt } from "../../../apimachinery/index.ts";
import { DisposableStore, TestClock } from "../../../base/index.ts";
import type { Transport } from "../../../client/index.ts";
import { readConfig } from "../config.ts";
import { Discovery } from "./discovery.ts";
import { type Target, urlOf } from "./targets.ts";

const MANIFEST = new URL("../../../../../content/istio-samples/addons/prometheus.yaml", import.meta.url);
const addon = loadAll(readFileSync(MANIFEST, "utf8"))
  .filter(isObject)
  .find((one) => one.kind === "ConfigMap");
const CONFIG = stringOf(objectOf(valueAt(addon, "data"))["prometheus.yml"]);

/** Lists these objects by their plural, and then nothing changes. */
function transportOf(objects: Readonly<Record<string, readonly KubeObject[]>>): Transport {
  return {
    request: async ({ path }) => ({
      apiVersion: "v1",
      kind: "List",
      metadata: { resourceVersion: "1" },
      items: objects[path.split("/").at(-1) ?? ""] ?? [],
    }),
    watch: async function* ({ signal }) {
      await new Promise((resolve) => signal?.addEventListener("abort", resolve, { once: true }));
      yield* [];
    },
  };
}

const pod = (name: string, annotations: Record<string, string>, more: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name,
    namespace: "demo",
    uid: name,
    resourceVersion: "1",
    labels: { app: name, "a.b/c": "d" },
    annotations,
  },
  spec: {
    nodeName: "practice-node",
    containers: [{ name: "app", ports: [{ containerPort: 8080 }] }, { name: "proxy" }],
  },
  status: { phase: "Running", podIP: "10.42.0.9", ...more },
});

let started: DisposableStore;
beforeEach(() => {
  started = new DisposableStore();
});
afterEach(() => started.dispose());

function discover(config: string, objects: Readonly<Record<string, readonly KubeObject[]>>) {
  const targets = new Map<string, Target>();
  const discovery = started.add(
    new Discovery({
      transport: transportOf(objects),
      clock: new TestClock(),
      jobs: readConfig(config).jobs,
      add: (target) => targets.set(target.key, target),
      remove: (key) => targets.delete(key),
    }),
  );
  const shown = () =>
    [...targets.values()].map((one) => ({ job: one.job.jobName, url: urlOf(one), labels: one.labels }));
  return { discovery, shown };
}

describe("service discovery", () => {
  it("finds what the add-on's configuration asks for", async () => {
    const scraped = {
      "prometheus.io/scrape": "true",
      "prometheus.io/port": "15020",
      "prometheus.io/path": "/stats",
    };
    const service: KubeObject = {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: "shop",
        namespace: "demo",
        resourceVersion: "1",
        annotations: { "prometheus.io/scrape": "true" },
      },
    };
    const endpoints: KubeObject = {
      apiVersion: "v1",
      kind: "Endpoints",
      metadata: { name: "shop", namespace: "demo", resourceVersion: "1" },
      subsets: [{ addresses: [{ ip: "10.42.0.7" }], ports: [{ name: "http", port: 8080 }] }],
    } as KubeObject;
    const { shown, discovery } = discover(CONFIG, {
      pods: [
        pod("web", scraped),
        pod("quiet", {}),
        pod("gone", scraped, { phase: "Failed" }),
        pod("slow", { "prometheus.io/scrape-slow": "true", "prometheus.io/param_a": "b" }),
      ],
      services: [service],
      endpoints: [endpoints],
    });
    await expect.poll(() => shown().length, { timeout: 20_000 }).toBe(5);
    const own = (name: string) => ({
      app: name,
      a_b_c: "d",
      namespace: "demo",
      node: "practice-node",
      pod: name,
    });
    const slow = { job: "kubernetes-pods-slow", labels: { ...own("slow"), job: "kubernetes-pods-slow" } };
    expect(shown().sort((a, b) => (a.url < b.url ? -1 : 1))).toEqual([
      {
        job: "kubernetes-service-endpoints",
        url: "http://10.42.0.7:8080/metrics",
        labels: {
          instance: "10.42.0.7:8080",
          job: "kubernetes-service-endpoints",
          namespace: "demo",
          service: "shop",
        },
      },
      {
        job: "kubernetes-pods",
        url: "http://10.42.0.9:15020/stats",
        labels: { ...own("web"), instance: "10.42.0.9:15020", job: "kubernetes-pods" },
      },
      // Without an annotated port each container counts: one has a port, the other has none.
      {
        ...slow,
        url: "http://10.42.0.9:80/metrics?a=b",
        labels: { ...slow.labels, instance: "10.42.0.9:80" },
      },
      {
        ...slow,
        url: "http://10.42.0.9:8080/metrics?a=b",
        labels: { ...slow.labels, instance: "10.42.0.9:8080" },
      },
      {
        job: "prometheus",
        url: "http://localhost:9090/metrics",
        labels: { instance: "localhost:9090", job: "prometheus" },
      },
    ]);
    const counts = Object.fromEntries(discovery.dropped().map(({ job, count }) => [job, count]));
    expect(counts).toMatchObject({ prometheus: 0, "kubernetes-service-endpoints": 0, "kubernetes-pods": 6 });
  });

  it("knows services and nodes", async () => {
    const config = `scrape_configs:
- job_name: services
  kubernetes_sd_configs: [{role: service, namespaces: {names: [demo]}}]
- job_name: nodes
  kubernetes_sd_configs: [{role: node}]
  relabel_configs: [{action: labelmap, regex: __meta_kubernetes_node_label_(.+)}]
`;
    const service = (namespace: string) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "shop", namespace, resourceVersion: "1" },
      spec: { ports: [{ name: "http", port: 80 }] },
    });
    const node = {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "practice-node", resourceVersion: "1", labels: { zone: "a" } },
      status: { addresses: [{ type: "InternalIP", address: "172.18.0.2" }] },
    };
    const { shown } = discover(config, { services: [service("demo"), service("other")], nodes: [node] });
    await expect.poll(() => shown().length, { timeout: 20_000 }).toBe(2);
    expect(shown().sort((a, b) => (a.job < b.job ? -1 : 1))).toEqual([
      {
        job: "nodes",
        url: "http://172.18.0.2:10250/metrics",
        labels: { instance: "practice-node", job: "nodes", zone: "a" },
      },
      {
        job: "services",
        url: "http://shop.demo.svc:80/metrics",
        labels: { instance: "shop.demo.svc:80", job: "services" },
      },
    ]);
  });
});

describe("the configuration file", () => {
  it.each<[string, string]>([
    ["global: {scrape_interval: 5x}", 'parsing YAML file: not a valid duration string: "5x"'],
    ["scrape_configs: [{}]", "parsing YAML file: job_name is empty"],
    [
      "scrape_configs: [{job_name: a}, {job_name: a}]",
      'parsing YAML file: found multiple scrape configs with job name "a"',
    ],
    [
      "scrape_configs: [{job_name: a, scrape_interval: 1s, scrape_timeout: 2s}]",
      'parsing YAML file: scrape timeout greater than scrape interval for scrape config with job name "a"',
    ],
    [
      "scrape_configs: [{job_name: a, relabel_configs: [{action: nothing}]}]",
      'unknown relabel action "nothing"',
    ],
    [
      "scrape_configs: [{job_name: a, relabel_configs: [{action: replace}]}]",
      "relabel configuration for replace action requires 'target_label' value",
    ],
    [
      "scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: king}]}]",
      'parsing YAML file: unknown Kubernetes SD role "king"',
    ],
  ])("refuses %s", (text, message) => {
    expect(() => readConfig(text)).toThrow(message);
  });

  it("says what it passes over", () => {
    const text =
      "remote_write: []\nscrape_configs: [{job_name: a, dns_sd_configs: [], kubernetes_sd_configs: [{role: ingress}]}]";
    expect(readConfig(text).unsupported).toEqual([
      "dns_sd_configs of job a",
      "role ingress of job a",
      "remote_write",
    ]);
  });
});
