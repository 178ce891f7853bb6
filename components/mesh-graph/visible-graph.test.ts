import { expect, it } from "vitest";
import type { MeshGraph } from "../../server/contracts/index.ts";
import { defaultOptions, includeOf, isDisplayOptions } from "./options.ts";
import { visibleGraph } from "./visible-graph.ts";

const node = (name: string, namespace: string) =>
  ({
    ...{ id: name, kind: "workload", name, namespace, sidecar: "present", health: "healthy" },
  }) satisfies MeshGraph["nodes"][number];
const edge = (source: string, target: string, rate: number) =>
  ({
    ...{ id: `${source}>${target}`, source, target, protocol: "http", rate, errorPercent: 0 },
    ...{ mtls: { state: "no-traffic" }, origin: rate > 0 ? "traffic" : "configured" },
  }) satisfies MeshGraph["edges"][number];
const graph: MeshGraph = {
  ...{ generatedAt: 1, windowSeconds: 30, mesh: { state: "no-traffic" }, warnings: [] },
  nodes: [node("a", "one"), node("b", "one"), node("c", "two")],
  edges: [edge("a", "b", 1), edge("b", "c", 0)],
};
const seen = (options: Partial<typeof defaultOptions>) => {
  const { graph: shown, found } = visibleGraph(graph, { ...defaultOptions, ...options });
  return [
    ...shown.nodes.map(({ id }) => id),
    ...shown.edges.map(({ id }) => id),
    ...[...found].map((id) => `*${id}`),
  ].join(" ");
};

it.each([
  [{}, "a b c a>b b>c"],
  [{ idleEdges: false }, "a b c a>b"],
  [{ hiddenNamespaces: ["two"] }, "a b a>b"],
  [{ hide: "name = b" }, "a c"],
  [{ hide: "!traffic" }, "a b c a>b"],
  [{ find: "ns = two OR traffic" }, "a b c a>b b>c *c *a>b"],
])("%j shows %s", (options, text) => {
  expect(seen(options)).toBe(text);
});

it("what cannot be understood hides nothing and is told", () => {
  const {
    graph: shown,
    hideProblem,
    findProblem,
  } = visibleGraph(graph, { ...defaultOptions, hide: "rt > x" });
  expect(shown.nodes).toHaveLength(3);
  expect([hideProblem, findProblem]).toEqual(['"x" is no number, and rt > wants one.', undefined]);
});

it("asks for what is shown, and takes back only what it stored", () => {
  expect(includeOf(defaultOptions)).toEqual([]);
  expect(includeOf({ ...defaultOptions, labels: ["throughput"], find: "rt > 5" })).toEqual([
    "response-time",
    "throughput",
  ]);
  expect(isDisplayOptions(defaultOptions)).toBe(true);
  expect(isDisplayOptions({ ...defaultOptions, type: "mesh" })).toBe(false);
  expect(isDisplayOptions({ ...defaultOptions, labels: ["colour"] })).toBe(false);
});
