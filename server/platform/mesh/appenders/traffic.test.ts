import { describe, expect, it } from "vitest";
import { graphOf } from "../testing/input.ts";
import { requests, secured, shop, unsecured } from "../testing/shop.ts";

const gateway = "istio-ingressgateway.istio-system";
const webApi = "web-api.istioinaction";

describe("traffic", () => {
  it("a configured edge that carries requests is the same edge", async () => {
    const before = await graphOf(shop);
    const after = await graphOf(shop, { httpBySource: [requests(gateway, webApi, { rate: 2 })] });
    expect(after.edges.map((edge) => edge.id)).toEqual(before.edges.map((edge) => edge.id));
    const edge = after.edges.find((one) => one.rate > 0);
    expect([edge?.origin, edge?.rate, edge?.errorPercent]).toEqual(["traffic", 2, 0]);
  });

  it("counts what both ends report once, and believes the caller about failures", async () => {
    const graph = await graphOf(shop, {
      httpBySource: [
        requests(gateway, webApi, { rate: 3 }),
        requests(gateway, webApi, { rate: 1, labels: { response_code: "503" } }),
      ],
      httpByDestination: [requests(gateway, webApi, { rate: 3, labels: secured })],
    });
    const edge = graph.edges.find((one) => one.origin === "traffic");
    expect([edge?.rate, edge?.errorPercent, edge?.mtls]).toEqual([4, 25, { state: "mtls", percent: 100 }]);
    expect(graph.nodes.find((node) => node.name === "web-api")?.health).toBe("failing");
  });

  it("a caller whom telemetry cannot name is the unknown node", async () => {
    const graph = await graphOf(shop, {
      httpByDestination: [requests("unknown", webApi, { rate: 1, labels: unsecured })],
    });
    const unknown = graph.nodes.find((node) => node.id === "unknown");
    expect(unknown).toEqual({
      id: "unknown",
      kind: "unknown",
      name: "unknown",
      sidecar: "missing",
      health: "idle",
    });
    expect(graph.edges.find((edge) => edge.source === "unknown")?.target).toBe(
      "workload:istioinaction/web-api",
    );
  });

  it("a target that only the service names is the workload behind it, or the outside", async () => {
    const toService = requests(webApi, "unknown", {
      rate: 1,
      labels: { destination_service_name: "recommendation", destination_service_namespace: "istioinaction" },
    });
    const outside = requests(webApi, "unknown", {
      rate: 1,
      labels: { destination_service_name: "PassthroughCluster" },
    });
    const graph = await graphOf(shop, { httpBySource: [toService, outside] });
    expect(graph.edges.filter((edge) => edge.origin === "traffic").map((edge) => edge.target)).toEqual([
      "external:PassthroughCluster",
      "workload:istioinaction/recommendation",
    ]);
  });

  it("a request that the caller's own proxy answered was meant for the service that its host names", async () => {
    const aborted = requests(webApi, "unknown", {
      rate: 1,
      labels: {
        ...{ destination_service: "recommendation.istioinaction.svc.cluster.local", response_code: "503" },
        ...{ destination_service_name: "recommendation", destination_service_namespace: "unknown" },
      },
    });
    const graph = await graphOf(shop, { httpBySource: [aborted] });
    expect(graph.edges.find((edge) => edge.origin === "traffic")?.target).toBe(
      "workload:istioinaction/recommendation",
    );
  });

  it("series that stand still, or say nothing, are no traffic", async () => {
    const graph = await graphOf(shop, {
      httpBySource: [requests(gateway, webApi, { rate: 0 }), requests(gateway, webApi, { rate: Number.NaN })],
    });
    expect(graph.edges.every((edge) => edge.origin === "configured")).toBe(true);
  });

  it("tells HTTP, gRPC and TCP apart", async () => {
    const { request_protocol, ...tcpLabels } = requests(gateway, webApi, { rate: 1 }).labels;
    expect(request_protocol).toBe("http");
    const graph = await graphOf(shop, {
      httpBySource: [
        requests(gateway, webApi, {
          rate: 1,
          labels: { request_protocol: "grpc", grpc_response_status: "14" },
        }),
      ],
      tcpBySource: [{ labels: tcpLabels, value: 100 }],
    });
    const seen = graph.edges.filter((edge) => edge.origin === "traffic");
    expect(seen.map((edge) => [edge.protocol, edge.rate, edge.errorPercent])).toEqual([
      ["grpc", 1, 100],
      ["tcp", 100, 0],
    ]);
  });
});
