import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../kube/index.ts";
import { graphOf } from "../testing/input.ts";
import { requests, shop } from "../testing/shop.ts";

const gateway = "istio-ingressgateway.istio-system";
const webApi = "web-api.istioinaction";
const called = requests(gateway, webApi, { rate: 2 });
const seen = { httpBySource: [called] };
const carrying = <T extends { readonly rate: number }>(edges: readonly T[]) =>
  edges.find(({ rate }) => rate > 0);

describe("failures", () => {
  it("are told by code and response flag, the caller's count first, the most frequent first", async () => {
    const failed = (rate: number, response_code: string, response_flags: string) =>
      requests(gateway, webApi, { rate, labels: { response_code, response_flags } });
    const graph = await graphOf(shop, {
      httpBySource: [called, failed(0.5, "503", "UH"), failed(1, "403", "-"), failed(0.1, "0", "DC")],
      httpByDestination: [failed(3, "500", "-")],
    });
    expect(carrying(graph.edges)?.failures).toEqual([
      { code: "403", flags: "-", rate: 1 },
      { code: "503", flags: "UH", rate: 0.5 },
      { code: "0", flags: "DC", rate: 0.1 },
    ]);
  });

  it("of gRPC are its status", async () => {
    const labels = { request_protocol: "grpc", grpc_response_status: "14", response_flags: "UF" };
    const graph = await graphOf(shop, { httpBySource: [requests(gateway, webApi, { rate: 1, labels })] });
    expect(carrying(graph.edges)?.failures).toEqual([{ code: "gRPC 14", flags: "UF", rate: 1 }]);
  });
});

describe("response times and throughput", () => {
  it("stand on the edge that was seen; the caller's time wins, the slowest series stands for all", async () => {
    const took = (value: number) => ({ ...called, value });
    const graph = await graphOf(shop, {
      ...seen,
      responseTimes: [
        { quantile: "p50", samples: [took(3)] },
        { quantile: "p95", samples: [took(10), took(Number.NaN)] },
        { quantile: "p95", samples: [took(20), took(15)] },
      ],
      requestBytes: [took(100)],
      responseBytes: [took(200), took(50)],
    });
    expect(carrying(graph.edges)).toMatchObject({
      responseMs: { p50: 3, p95: 20 },
      throughput: { request: 100, response: 250 },
    });
  });

  it("are on no edge without traffic", async () => {
    const graph = await graphOf(shop, { responseTimes: [{ quantile: "p50", samples: [called] }] });
    expect(graph.edges.some((edge) => edge.responseMs)).toBe(false);
  });
});

describe("badges", () => {
  const route = (...hosts: string[]) => ({ route: hosts.map((host) => ({ destination: { host } })) });
  const virtualService = (http: object[]): KubeObject => ({
    apiVersion: "networking.istio.io/v1beta1",
    kind: "VirtualService",
    metadata: { name: "recommendation", namespace: "istioinaction" },
    spec: { hosts: ["recommendation"], http },
  });
  const badgesOf = async (...objects: KubeObject[]) => {
    const graph = await graphOf([...shop, ...objects]);
    return graph.nodes.find(({ name }) => name === "recommendation")?.badges;
  };

  it.each([
    [[route("recommendation")], ["virtual-service"]],
    [[{ ...route("recommendation"), match: [{}] }], ["virtual-service", "request-routing"]],
    [[route("recommendation", "recommendation")], ["virtual-service", "traffic-shifting"]],
    [[{ ...route("recommendation"), fault: { abort: {} } }], ["virtual-service", "fault-injection"]],
    [[{ ...route("recommendation"), timeout: "1s" }], ["virtual-service", "request-timeout"]],
    [[{ ...route("recommendation"), mirror: { host: "web-api" } }], ["virtual-service", "mirroring"]],
  ])("%j: %j", async (http, badges) => {
    expect(await badgesOf(virtualService(http))).toEqual(badges);
  });

  it("a DestinationRule that limits or ejects is a circuit breaker, in a subset too", async () => {
    const rule = (spec: object): KubeObject => ({
      apiVersion: "networking.istio.io/v1beta1",
      kind: "DestinationRule",
      metadata: { name: "recommendation", namespace: "istioinaction" },
      spec: { host: "recommendation", ...spec },
    });
    expect(await badgesOf(rule({ trafficPolicy: { loadBalancer: {} } }))).toBeUndefined();
    expect(await badgesOf(rule({ trafficPolicy: { outlierDetection: {} } }))).toEqual(["circuit-breaker"]);
    const subset = { name: "v1", trafficPolicy: { connectionPool: {} } };
    expect(await badgesOf(rule({ subsets: [subset] }))).toEqual(["circuit-breaker"]);
  });
});
