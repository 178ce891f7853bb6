import { describe, expect, it } from "vitest";
import { graphOf } from "../testing/input.ts";
import { app, requests, secured, service, shop, unsecured } from "../testing/shop.ts";

const gateway = "istio-ingressgateway.istio-system";
const webApi = "web-api.istioinaction";
const seen = (from: string, rate: number, labels: Record<string, string>) =>
  requests(from, webApi, { rate, labels });

describe("mTLS badges", () => {
  it("has four states on an edge", async () => {
    const graph = await graphOf(shop, {
      httpByDestination: [
        seen(gateway, 2, secured),
        seen("unknown", 1, unsecured),
        requests(webApi, "recommendation.istioinaction", { rate: 3, labels: secured }),
        requests(webApi, "recommendation.istioinaction", { rate: 1, labels: unsecured }),
      ],
    });
    expect(graph.edges.map((edge) => [edge.source, edge.mtls])).toEqual([
      ["unknown", { state: "plaintext", percent: 0 }],
      ["workload:istio-system/istio-ingressgateway", { state: "mtls", percent: 100 }],
      ["workload:istioinaction/recommendation", { state: "no-traffic" }],
      ["workload:istioinaction/web-api", { state: "mixed", percent: 75 }],
    ]);
  });

  it("the mesh is mixed before STRICT and mTLS when the last plaintext has left the window", async () => {
    const before = await graphOf(shop, {
      httpByDestination: [seen(gateway, 3, secured), seen("unknown", 1, unsecured)],
    });
    expect(before.mesh).toEqual({ state: "mixed", percent: 75 });
    const after = await graphOf(shop, {
      httpByDestination: [seen(gateway, 3, secured), seen("unknown", 0, unsecured)],
    });
    expect(after.mesh).toEqual({ state: "mtls", percent: 100 });
  });

  it("many small shares of mutual TLS still make 100 %", async () => {
    const codes = Array.from({ length: 50 }, (_, index) => ({
      ...secured,
      response_code: String(200 + index),
    }));
    const graph = await graphOf(shop, {
      httpByDestination: codes.map((labels) => seen(gateway, 0.1, labels)),
    });
    expect(graph.mesh).toEqual({ state: "mtls", percent: 100 });
  });

  it("traffic to a workload without a sidecar is plaintext, though only the caller reports it", async () => {
    const legacy = [...shop, ...app("legacy", { sidecar: false }), service("legacy")];
    const graph = await graphOf(legacy, {
      httpBySource: [requests(webApi, "legacy.istioinaction", { rate: 1 })],
    });
    const edge = graph.edges.find((one) => one.target.endsWith("legacy"));
    expect(edge?.mtls).toEqual({ state: "plaintext", percent: 0 });
    expect(graph.mesh).toEqual({ state: "plaintext", percent: 0 });
  });

  it("requests that never got in are not called plaintext", async () => {
    const refused = requests(gateway, webApi, { rate: 1, labels: { response_code: "503" } });
    const graph = await graphOf(shop, { httpBySource: [refused] });
    const edge = graph.edges.find((one) => one.origin === "traffic");
    expect([edge?.mtls, edge?.errorPercent]).toEqual([{ state: "no-traffic" }, 100]);
  });
});
