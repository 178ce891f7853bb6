import type { GraphNode, MeshGraph } from "../../server/contracts/index.ts";

type Named = Pick<GraphNode, "kind" | "name">;

/** A caller without a sidecar has no identity, and telemetry calls it "unknown". Here it also says why. */
export const displayName = (node: Named): string =>
  node.kind === "unknown" ? "unknown (no sidecar)" : node.name;

/** Under its shape in the picture, where "no sidecar" stands in a line of its own. */
export const shortName = (node: Named): string => (node.kind === "unknown" ? "unknown caller" : node.name);

export function nameIn(graph: MeshGraph, id: string): string {
  const node = graph.nodes.find((candidate) => candidate.id === id);
  return node ? displayName(node) : id;
}
