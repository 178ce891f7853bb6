import { describe, expect, it } from "vitest";
import { KubeError, MemoryCluster } from "../../platform/kube/index.ts";
import { limits } from "./limits.ts";
import { labelValues, metricNames, queryMetrics } from "./metrics.ts";

const now = () => 1_000_000;
const answering = (answer: unknown, asked: string[] = []) =>
  new MemoryCluster({
    serviceProxyGet: async ({ namespace, service, port, path }) => {
      asked.push(`${service}.${namespace}:${port}${path}`);
      return JSON.stringify(answer);
    },
  });

describe("metrics", () => {
  it("an instant query is passed on as it is", async () => {
    const asked: string[] = [];
    const cluster = answering(
      {
        status: "success",
        data: { resultType: "vector", result: [{ metric: { job: "a" }, value: [1000, "1"] }] },
      },
      asked,
    );
    expect(await queryMetrics({ cluster, now }, { query: 'up{job="a"}' })).toEqual({
      status: "success",
      resultType: "vector",
      series: [{ labels: { job: "a" }, points: [[1000, "1"]] }],
      total: 1,
      warnings: [],
    });
    expect(asked).toEqual(["prometheus.istio-system:9090/api/v1/query?query=up%7Bjob%3D%22a%22%7D"]);
  });

  it("a range ends now; more series than a page can draw are counted, not sent", async () => {
    const asked: string[] = [];
    const result = Array.from({ length: limits.seriesShown + 7 }, (_, index) => ({
      metric: { n: String(index) },
      values: [[999, "NaN"]],
    }));
    const cluster = answering({ status: "success", data: { resultType: "matrix", result } }, asked);
    const answer = await queryMetrics({ cluster, now }, { query: "up", range: { seconds: 300, step: 2 } });
    expect(answer).toMatchObject({ status: "success", total: limits.seriesShown + 7 });
    expect(answer.status === "success" && answer.series).toHaveLength(limits.seriesShown);
    expect(asked).toEqual([
      "prometheus.istio-system:9090/api/v1/query_range?query=up&start=700&end=1000&step=2",
    ]);
  });

  it("Prometheus' refusal is an answer, in its own words", async () => {
    const body = JSON.stringify({
      status: "error",
      errorType: "bad_data",
      error: "1:4: parse error: unexpected end",
    });
    const cluster = new MemoryCluster({
      serviceProxyGet: () => Promise.reject(new KubeError({ reason: "Invalid", status: 400, body }, body)),
    });
    expect(await queryMetrics({ cluster, now }, { query: "up{" })).toEqual({
      status: "error",
      errorType: "bad_data",
      error: "1:4: parse error: unexpected end",
    });
  });

  it("no Prometheus: says what is missing and how it comes", async () => {
    await expect(queryMetrics({ cluster: new MemoryCluster(), now }, { query: "up" })).rejects.toThrow(
      "There is no Prometheus in this cluster: the service istio-system/prometheus does not exist. It comes with Istio's samples: kubectl apply -f samples/addons/prometheus.yaml",
    );
  });

  it("completion knows the names and values of this very Prometheus", async () => {
    const asked: string[] = [];
    const cluster = answering({ status: "success", data: ["a", "b"] }, asked);
    expect(await metricNames(cluster)).toEqual({ metrics: ["a", "b"], labels: ["a", "b"] });
    expect(await labelValues(cluster, { label: "job", metric: "up" })).toEqual({ values: ["a", "b"] });
    expect(asked.map((path) => path.slice(path.indexOf("/")))).toEqual([
      "/api/v1/label/__name__/values",
      "/api/v1/labels",
      "/api/v1/label/job/values?match%5B%5D=up",
    ]);
  });
});
