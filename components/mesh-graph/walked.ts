import type { GraphNode, MeshGraph, RequestHop } from "../../server/contracts/index.ts";
import { type GraphType, groupIdOf } from "./regroup.ts";

/** The parts of the picture that a request has crossed. What is not in it is left out. */
export function walkedOf(
  whole: MeshGraph,
  shown: { readonly graph: MeshGraph; readonly type: GraphType },
  hops: readonly RequestHop[],
): ReadonlySet<string> {
  const idOf = (end: RequestHop["from"]) => {
    const node = whole.nodes.find((one) => stands(one, end));
    return node && groupIdOf(node, shown.type);
  };
  const walked = new Set<string>();
  for (const hop of hops) {
    const [from, to] = [idOf(hop.from), idOf(hop.to)];
    for (const id of [from, to]) if (id !== undefined) walked.add(id);
    const edge = shown.graph.edges.find(({ source, target }) => source === from && target === to);
    if (edge) walked.add(edge.id);
  }
  return walked;
}

function stands(node: GraphNode, { kind, name, namespace }: RequestHop["from"]): boolean {
  if (kind === "client") return false;
  if (kind === "service")
    return (
      (node.kind === "service" && node.name === name && node.namespace === namespace) ||
      node.service === `${name}.${namespace}` ||
      (node.kind === "external" && node.name === name)
    );
  return (
    (node.kind === "workload" || node.kind === "gateway") &&
    node.name === name &&
    node.namespace === namespace
  );
}
