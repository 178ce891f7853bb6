import { expect, it } from "vitest";
import type { GraphEdge, MeshGraph } from "../../server/contracts/index.ts";
import { boxesOf } from "./boxes.ts";
import { toElements } from "./elements.ts";
import { planPositions } from "./plan.ts";

const edge = (source: string, target: string): GraphEdge => ({
  ...{ id: `${source}-${target}`, source, target, protocol: "http", rate: 1, errorPercent: 0 },
  ...{ mtls: { state: "mtls" }, origin: "traffic" },
});
const graphOf = (names: readonly string[], edges: readonly GraphEdge[]): MeshGraph => ({
  ...{ generatedAt: 1, windowSeconds: 30, mesh: { state: "mtls" }, warnings: [] },
  nodes: names.map((name) => ({
    ...{ id: name, kind: "workload" as const, name, namespace: "shop" },
    ...{ sidecar: "present" as const, health: "healthy" as const },
  })),
  edges: [...edges],
});
const plan = (graph: MeshGraph, over: object = {}) => {
  const boxes = boxesOf(graph, ["namespace"]);
  return planPositions({
    ...{ graph, boxes, elements: toElements(graph, boxes), kept: new Map(), drawn: new Set<string>() },
    ...{ touched: false, aspect: 1.5, ...over },
  });
};

// Three that nobody calls stand in one column; then the lowest calls the highest, across the one between.
const names = ["history-v1", "history-v2", "sleep"];
const column = new Map(names.map((name, index) => [name, { x: 0, y: index * 100 }]));
const calls = graphOf(names, [edge("sleep", "history-v1"), edge("sleep", "history-v2")]);

it("lays out anew when a first call would go across other nodes, or straight up", () => {
  const { positions, fresh } = plan(calls, { kept: column });
  expect(fresh).toBe(true);
  const x = (name: string) => positions.get(name)?.x ?? 0;
  expect(x("history-v1") - x("sleep")).toBeGreaterThan(110);
  expect(x("history-v2") - x("sleep")).toBeGreaterThan(110);
});

it("leaves everything where it is when no call is new, or a learner has placed the nodes", () => {
  const drawn = new Set(["sleep-history-v1", "sleep-history-v2"]);
  expect(plan(calls, { kept: column, drawn }).positions).toBe(column);
  expect(plan(calls, { kept: column, touched: true }).positions).toBe(column);
});
