import { describe, expect, it } from "vitest";
import type { GraphNode, MeshGraph } from "../../server/contracts/index.ts";
import { boxesOf, isBoxId } from "./boxes.ts";

const node = (name: string, version: string | undefined, namespace = "shop"): GraphNode => ({
  ...{ id: `${namespace}/${name}/${version}`, kind: version ? "app" : "workload", name, namespace },
  ...{ sidecar: "present", health: "healthy", ...(version && { version }) },
});
const graph: MeshGraph = {
  ...{ generatedAt: 1, windowSeconds: 30, mesh: { state: "no-traffic" }, warnings: [], edges: [] },
  nodes: [
    ...[node("web", "v1"), node("reviews", "v1"), node("reviews", "v2"), node("reviews", "v1", "other")],
    ...[node("db", undefined), { ...node("x", undefined), id: "nowhere", namespace: undefined }],
  ].map(({ namespace, ...rest }) => ({ ...rest, ...(namespace !== undefined && { namespace }) })),
};
const inner = (kinds: Parameters<typeof boxesOf>[1]) =>
  Object.fromEntries([...boxesOf(graph, kinds).of].map(([id, box]) => [id, box.id]));

describe("boxes", () => {
  it("stand around namespaces, and in them around applications of several versions", () => {
    expect(boxesOf(graph, ["namespace", "app"]).all).toEqual([
      { id: "namespace|other", kind: "namespace", label: "other" },
      { id: "namespace|shop", kind: "namespace", label: "shop" },
      { id: "app|shop/reviews", kind: "app", label: "reviews", parent: "namespace|shop" },
    ]);
    expect(inner(["namespace", "app"])).toEqual({
      "shop/web/v1": "namespace|shop",
      "shop/reviews/v1": "app|shop/reviews",
      "shop/reviews/v2": "app|shop/reviews",
      "other/reviews/v1": "namespace|other",
      "shop/db/undefined": "namespace|shop",
    });
  });

  it("can be had one kind at a time, or not at all", () => {
    expect(boxesOf(graph, ["app"]).all).toEqual([{ id: "app|shop/reviews", kind: "app", label: "reviews" }]);
    expect(Object.values(inner(["namespace"]))).not.toContain("app|shop/reviews");
    expect(boxesOf(graph, [])).toEqual({ all: [], of: new Map() });
  });

  it("are told from nodes by their ids", () => {
    expect([isBoxId("namespace|shop"), isBoxId("app|shop/reviews"), isBoxId("app:shop/reviews")]).toEqual([
      ...[true, true, false],
    ]);
  });
});
