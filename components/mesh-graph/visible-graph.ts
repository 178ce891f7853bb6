import type { MeshGraph } from "../../server/contracts/index.ts";
import { type ElementTest, parseFind } from "./find-expression.ts";
import type { DisplayOptions } from "./options.ts";
import { regroup } from "./regroup.ts";

export interface VisibleGraph {
  readonly graph: MeshGraph;
  /** Nodes and edges that "find" means. */
  readonly found: ReadonlySet<string>;
  readonly findProblem: string | undefined;
  readonly hideProblem: string | undefined;
}

/** The graph as the learner wants to see it. What is hidden takes its edges with it. */
export function visibleGraph(graph: MeshGraph, options: DisplayOptions): VisibleGraph {
  const find = expression(options.find);
  const hide = expression(options.hide);
  const whole = regroup(graph, options.type);
  const nodes = whole.nodes.filter(
    (node) => !options.hiddenNamespaces.includes(node.namespace ?? "") && !hide.test?.node(node),
  );
  const shown = new Set(nodes.map(({ id }) => id));
  const edges = whole.edges.filter(
    (edge) =>
      shown.has(edge.source) &&
      shown.has(edge.target) &&
      (options.idleEdges || edge.rate > 0) &&
      !hide.test?.edge(edge),
  );
  const found = new Set([
    ...nodes.filter((node) => find.test?.node(node)).map(({ id }) => id),
    ...edges.filter((edge) => find.test?.edge(edge)).map(({ id }) => id),
  ]);
  return { graph: { ...whole, nodes, edges }, found, findProblem: find.problem, hideProblem: hide.problem };
}

function expression(text: string): { test?: ElementTest; problem: string | undefined } {
  if (text.trim() === "") return { problem: undefined };
  const parsed = parseFind(text);
  return parsed.ok ? { test: parsed.test, problem: undefined } : { problem: parsed.problem };
}
