import { describe, expect, it } from "vitest";
import { meshGraph } from "../../contracts/index.ts";
import { KubeError, MemoryCluster, type ServiceProxyRequest } from "../kube/index.ts";
import { createMeshGraphReader } from "./mesh-graph-reader.ts";
import { requests, secured, shop } from "./testing/shop.ts";

/** Answers as Prometheus does: locked, made by hand after its HTTP API documentation. */
function prometheus(samples: ReturnType<typeof requests>[]) {
  const asked: string[] = [];
  const answer = async ({ namespace, service, port, path }: ServiceProxyRequest) => {
    const url = new URL(path, "http://prometheus");
    const query = url.searchParams.get("query") ?? "";
    asked.push(`${service}.${namespace}:${port}${url.pathname} ${query}`);
    const matching = query.includes('istio_requests_total{reporter="destination"}') ? samples : [];
    const result = matching.map(({ labels, value }) => ({
      metric: labels,
      value: [1767225600.1, String(value)],
    }));
    return JSON.stringify({ status: "success", data: { resultType: "vector", result } });
  };
  return { asked, answer };
}

describe("mesh graph reader", () => {
  it("asks Istio's Prometheus through the API server and answers by the contract", async () => {
    const { asked, answer } = prometheus([
      requests("istio-ingressgateway.istio-system", "web-api.istioinaction", { rate: 0.5, labels: secured }),
    ]);
    const cluster = new MemoryCluster({ objects: shop, serviceProxyGet: answer });
    const graph = await createMeshGraphReader({ cluster, now: () => 42 }).graph({ windowSeconds: 60 });

    expect(meshGraph.parse(graph)).toEqual(graph);
    expect([graph.generatedAt, graph.windowSeconds, graph.mesh, graph.warnings]).toEqual([
      42,
      60,
      { state: "mtls", percent: 100 },
      [],
    ]);
    const ends =
      "source_workload, source_workload_namespace, destination_workload, destination_workload_namespace, destination_service, destination_service_name, destination_service_namespace";
    const http = `${ends}, request_protocol, response_code, grpc_response_status, response_flags`;
    const at = "prometheus.istio-system:9090/api/v1/query";
    expect(asked.sort()).toEqual(
      [
        `${at} sum by (${http}) (rate(istio_requests_total{reporter="source"}[60s]))`,
        `${at} sum by (${http}, connection_security_policy) (rate(istio_requests_total{reporter="destination"}[60s]))`,
        `${at} sum by (${ends}) (rate(istio_tcp_sent_bytes_total{reporter="source"}[60s]))`,
        `${at} sum by (${ends}, connection_security_policy) (rate(istio_tcp_sent_bytes_total{reporter="destination"}[60s]))`,
      ].sort(),
    );
  });

  it("without Prometheus, draws what is configured and says so", async () => {
    const cluster = new MemoryCluster({ objects: shop });
    const graph = await createMeshGraphReader({ cluster, now: () => 42 }).graph({ windowSeconds: 30 });
    expect(graph.edges).toHaveLength(3);
    expect(graph.warnings).toEqual([
      'Prometheus does not answer, so no traffic is shown: services "prometheus" not found',
    ]);
  });

  it("what may not be read is a warning; kinds that are not installed are none", async () => {
    const cluster = new MemoryCluster({ objects: shop, serviceProxyGet: prometheus([]).answer });
    const list = cluster.list.bind(cluster);
    cluster.list = async (resource, options) => {
      if (resource.resource === "services")
        throw new KubeError({ reason: "Forbidden" }, "services is forbidden");
      if (resource.group === "networking.istio.io") throw new KubeError({ reason: "NotFound" }, "not found");
      return list(resource, options);
    };
    const graph = await createMeshGraphReader({ cluster, now: () => 42 }).graph({ windowSeconds: 30 });
    expect(graph.warnings).toEqual(["services cannot be read: services is forbidden"]);
    expect(graph.nodes.map((node) => node.name)).toContain("web-api");
  });

  it("an error that Prometheus answers with is passed on", async () => {
    const serviceProxyGet = async () =>
      JSON.stringify({ status: "error", errorType: "bad_data", error: "parse error" });
    const cluster = new MemoryCluster({ objects: shop, serviceProxyGet });
    const graph = await createMeshGraphReader({ cluster, now: () => 42 }).graph({ windowSeconds: 30 });
    expect(graph.warnings).toEqual(["Prometheus does not answer, so no traffic is shown: parse error"]);
  });
});
