import { describe, expect, it } from "vitest";
import type { GraphEdge, GraphNode, MeshGraph } from "../../server/contracts/index.ts";
import { regroup } from "./regroup.ts";

const workload = (name: string, more: Partial<GraphNode> = {}): GraphNode => ({
  ...{
    id: `workload:shop/${name}`,
    kind: "workload",
    name,
    namespace: "shop",
    app: name.replace(/-v\d$/, ""),
  },
  ...{ version: name.slice(-2), sidecar: "present", health: "healthy", pods: { ready: 1, total: 1 } },
  service: `${name.replace(/-v\d$/, "")}.shop`,
  ...more,
});
const edge = (source: GraphNode, target: GraphNode, more: Partial<GraphEdge> = {}): GraphEdge => ({
  ...{ id: `${source.id} > ${target.id} http`, source: source.id, target: target.id, protocol: "http" },
  ...{ rate: 0, errorPercent: 0, mtls: { state: "no-traffic" }, origin: "configured" },
  ...more,
});
const web = workload("web-v1");
const one = workload("reviews-v1", { badges: ["virtual-service"] });
const two = workload("reviews-v2", { health: "failing", sidecar: "missing" });
const graph: MeshGraph = {
  ...{ generatedAt: 1, windowSeconds: 30, mesh: { state: "no-traffic" }, warnings: [] },
  nodes: [web, one, two],
  edges: [
    edge(web, one, {
      rate: 3,
      origin: "traffic",
      mtls: { state: "mtls", percent: 100 },
      responseMs: { p95: 10 },
    }),
    edge(web, two, {
      ...{ rate: 1, origin: "traffic", errorPercent: 100, mtls: { state: "plaintext", percent: 0 } },
      ...{ responseMs: { p95: 50 }, failures: [{ code: "503", flags: "UH", rate: 1 }] },
    }),
  ],
};

describe("regroup", () => {
  it("leaves workloads as they are", () => {
    expect(regroup(graph, "workload")).toBe(graph);
  });

  it("puts the versions of an application together: the worst health counts, rates add up", () => {
    const { nodes, edges } = regroup(graph, "app");
    expect(nodes.map(({ id }) => id)).toEqual(["app:shop/web", "app:shop/reviews"]);
    expect(nodes[1]).toMatchObject({
      ...{ kind: "app", name: "reviews", health: "failing", sidecar: "missing" },
      ...{ pods: { ready: 2, total: 2 }, badges: ["virtual-service"] },
    });
    expect(nodes[1]).not.toHaveProperty("version");
    expect(edges).toEqual([
      expect.objectContaining({
        ...{ source: "app:shop/web", target: "app:shop/reviews", rate: 4, errorPercent: 25 },
        ...{ mtls: { state: "mixed", percent: 75 }, responseMs: { p95: 20 } },
        failures: [{ code: "503", flags: "UH", rate: 1 }],
      }),
    ]);
  });

  it("keeps versions apart in versioned applications, each under the application's name", () => {
    const { nodes, edges } = regroup(graph, "versionedApp");
    expect(nodes.map(({ id, kind, name, version }) => [id, kind, name, version])).toEqual([
      ["app:shop/web@v1", "app", "web", "v1"],
      ["app:shop/reviews@v1", "app", "reviews", "v1"],
      ["app:shop/reviews@v2", "app", "reviews", "v2"],
    ]);
    expect(edges.map(({ target, rate }) => [target, rate])).toEqual([
      ["app:shop/reviews@v1", 3],
      ["app:shop/reviews@v2", 1],
    ]);
  });

  it("shows services for what is called by one", () => {
    const { nodes } = regroup(graph, "service");
    expect(nodes.map(({ id, kind }) => [id, kind])).toEqual([
      ["service:shop/web", "service"],
      ["service:shop/reviews", "service"],
    ]);
  });

  it("without traffic on any part, says so", () => {
    const quiet = { ...graph, edges: [edge(web, one), edge(web, two)] };
    expect(regroup(quiet, "app").edges[0]).toMatchObject({
      rate: 0,
      mtls: { state: "no-traffic" },
      origin: "configured",
    });
  });
});
