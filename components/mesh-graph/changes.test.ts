import { describe, expect, it } from "vitest";
import type { GraphEdge, GraphNode, MeshGraph, MtlsState } from "../../server/contracts/index.ts";
import { changesBetween } from "./changes.ts";

const node = (id: string, part: Partial<GraphNode> = {}): GraphNode => ({
  id,
  kind: "workload",
  name: id,
  sidecar: "present",
  health: "healthy",
  ...part,
});
const edge = (state: MtlsState, part: Partial<GraphEdge> = {}): GraphEdge => ({
  id: "a>b",
  source: "a",
  target: "b",
  protocol: "http",
  rate: 1,
  errorPercent: 0,
  mtls: { state },
  origin: "traffic",
  ...part,
});
const graph = (part: Partial<MeshGraph>): MeshGraph => ({
  generatedAt: 0,
  windowSeconds: 30,
  nodes: [node("a"), node("b")],
  edges: [],
  mesh: { state: "no-traffic" },
  warnings: [],
  ...part,
});

describe("changesBetween", () => {
  it("[MG9] says which edge became what, and the mesh as a whole first", () => {
    const before = graph({ edges: [edge("plaintext")], mesh: { state: "mixed", percent: 40 } });
    const after = graph({ edges: [edge("mtls")], mesh: { state: "mtls", percent: 100 } });
    expect(changesBetween(before, after)).toEqual(["The mesh as a whole is now mTLS.", "a → b is now mTLS."]);
  });

  it("[MG10] traffic that stops is not news, and nothing is said when nothing changed", () => {
    const before = graph({ edges: [edge("mtls")] });
    expect(changesBetween(before, graph({ edges: [edge("no-traffic")] }))).toEqual([]);
    expect(changesBetween(before, before)).toEqual([]);
  });

  it("[MG11] nodes that come, go and join the mesh are named", () => {
    const before = graph({ nodes: [node("a"), node("b", { sidecar: "missing" })] });
    const after = graph({ nodes: [node("b"), node("c", { namespace: "default" })] });
    expect(changesBetween(before, after)).toEqual([
      "c in default appeared.",
      "b joined the mesh.",
      "a is gone.",
    ]);
  });

  it("[MG15] many arrivals at once are counted, not listed", () => {
    const after = graph({ nodes: ["a", "b", "c", "d", "e"].map((id) => node(id)) });
    expect(changesBetween(graph({}), after)).toEqual(["3 workloads and services appeared."]);
  });
});
