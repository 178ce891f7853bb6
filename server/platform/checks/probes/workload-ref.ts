import type { GraphNode } from "../../../contracts/index.ts";

/** Whether a node of the graph is what an author calls NAME.NAMESPACE, or "unknown" for callers without a sidecar. */
export function isRef(node: GraphNode | undefined, reference: string): boolean {
  if (!node) return false;
  if (reference === "unknown") return node.kind === "unknown";
  return `${node.name}.${node.namespace}` === reference && node.kind !== "service";
}
