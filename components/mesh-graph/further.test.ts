import { expect, it } from "vitest";
import type { GraphNode, MeshGraph } from "../../server/contracts/index.ts";
import { nodeWished, policyTarget, telemetryName } from "./further.ts";

const node = (name: string, more: Partial<GraphNode> = {}): GraphNode => ({
  ...{ id: name, kind: "workload", name, namespace: "shop", sidecar: "present", health: "healthy" },
  ...more,
});
const graph: MeshGraph = {
  ...{ generatedAt: 1, windowSeconds: 30, mesh: { state: "no-traffic" }, warnings: [], edges: [] },
  nodes: [
    node("reviews-v1", { app: "reviews", version: "v1" }),
    node("reviews", { kind: "service", service: "reviews.shop" }),
    node("web", { app: "web", namespace: "other" }),
    node("web-two", { app: "web" }),
  ],
};

it("finds what a lab or another pane wants to be seen", () => {
  expect(nodeWished(graph, { name: "reviews" })).toBe("reviews");
  expect(nodeWished(graph, { name: "web", namespace: "shop" })).toBe("web-two");
  expect(nodeWished(graph, { service: "web.shop" })).toBe("web-two");
  expect(nodeWished(graph, { service: "web.other" })).toBe("web");
  expect([nodeWished(graph, {}), nodeWished(graph, { name: "gone" })]).toEqual([undefined, undefined]);
});

it("names a node as its proxy does, and nothing that has none", () => {
  expect(graph.nodes.map(telemetryName)).toEqual(["reviews.shop", undefined, "web.other", "web.shop"]);
});

it("leads to the policy that decides", () => {
  expect(policyTarget("istio-system/default")).toEqual({
    ...{ kind: "PeerAuthentication", namespace: "istio-system", name: "default" },
  });
});
