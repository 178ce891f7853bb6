import { describe, expect, it } from "vitest";
import { edgesOf, graphOf } from "../testing/input.ts";
import { app, service, shop } from "../testing/shop.ts";

describe("configured topology", () => {
  it("draws workloads, gateway routes and set upstreams before any traffic", async () => {
    const graph = await graphOf(shop);
    expect(graph.nodes.map((node) => [node.id, node.kind, node.sidecar, node.health])).toEqual([
      ["workload:default/sleep", "workload", "missing", "healthy"],
      ["workload:istio-system/istio-ingressgateway", "gateway", "not-applicable", "healthy"],
      ["workload:istioinaction/purchase-history-v1", "workload", "present", "healthy"],
      ["workload:istioinaction/recommendation", "workload", "present", "healthy"],
      ["workload:istioinaction/web-api", "workload", "present", "healthy"],
    ]);
    expect(edgesOf(graph)).toEqual([
      "istio-ingressgateway > web-api no-traffic",
      "recommendation > purchase-history-v1 no-traffic",
      "web-api > recommendation no-traffic",
    ]);
    expect(graph.edges.every((edge) => edge.origin === "configured" && edge.rate === 0)).toBe(true);
    expect(graph.mesh).toEqual({ state: "no-traffic" });
  });

  it("draws an edge to each version of a service, and the service itself when nobody is behind it", async () => {
    const versions = [...shop, ...app("purchase-history-v2", { version: "v2" })];
    expect(edgesOf(await graphOf(versions)).filter((edge) => edge.startsWith("recommendation"))).toEqual([
      "recommendation > purchase-history-v1 no-traffic",
      "recommendation > purchase-history-v2 no-traffic",
    ]);

    const empty = await graphOf([service("lonely", "istioinaction")]);
    expect(empty.nodes).toEqual([
      {
        id: "service:istioinaction/lonely",
        kind: "service",
        name: "lonely",
        namespace: "istioinaction",
        sidecar: "not-applicable",
        health: "idle",
        service: "lonely.istioinaction",
      },
    ]);
  });

  it("keeps to the namespaces asked for, with the gateway that leads there", async () => {
    const graph = await graphOf(shop, {}, ["istioinaction"]);
    expect(graph.nodes.map((node) => node.name)).toEqual([
      "istio-ingressgateway",
      "purchase-history-v1",
      "recommendation",
      "web-api",
    ]);
    expect((await graphOf(shop, {}, ["default"])).nodes.map((node) => node.name)).toEqual(["sleep"]);
  });

  it("takes an upstream outside the cluster as external, and nonsense as nothing", async () => {
    const graph = await graphOf(app("web-api", { upstream: "https://example.org/posts, :::, grpc://peer" }));
    expect(graph.edges.map((edge) => [edge.target, edge.protocol])).toEqual([
      ["external:example.org", "http"],
      ["external:peer", "grpc"],
    ]);
  });
});
