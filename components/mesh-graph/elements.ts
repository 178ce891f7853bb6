import type { ElementDefinition } from "cytoscape";
import type { GraphNode, MeshGraph } from "../../server/contracts/index.ts";
import { edgeWords } from "./badge.ts";
import type { Boxes } from "./boxes.ts";
import { type Scene, shapeRadius } from "./clearance.ts";
import { shortName } from "./names.ts";

/** The picture as cytoscape takes it: boxes first, then nodes in them, then edges whose both ends exist. */
export function toElements(graph: MeshGraph, boxes: Boxes): ElementDefinition[] {
  const known = new Set(graph.nodes.map((node) => node.id));
  return [
    ...boxes.all.map(({ id, kind, label, parent }) => ({
      group: "nodes" as const,
      data: { id, label, box: kind, ...(parent !== undefined && { parent }) },
      selectable: false,
    })),
    ...graph.nodes.map((node) => ({
      group: "nodes" as const,
      data: {
        id: node.id,
        label: node.version ? `${shortName(node)} ${node.version}` : shortName(node),
        // As many lines as the label over the picture has: boxes and "show everything" make room for it.
        room: linesOf(node, boxes).join("\n"),
        kind: node.kind,
        health: node.health,
        sidecar: node.sidecar,
        ...(boxes.of.has(node.id) && { parent: boxes.of.get(node.id)?.id }),
      },
    })),
    ...graph.edges
      .filter((edge) => known.has(edge.source) && known.has(edge.target))
      .map((edge) => ({
        group: "edges" as const,
        data: {
          id: edge.id,
          source: edge.source,
          target: edge.target,
          mtls: edge.mtls.state,
          label: edgeWords(edge),
          rate: edge.rate,
          errors: edge.errorPercent,
        },
      })),
  ];
}

/** What a node is called where it stands: in an application's box, its version says all. */
export const titleOf = (node: GraphNode, boxes: Boxes): string =>
  boxes.of.get(node.id)?.kind === "app" ? (node.version ?? shortName(node)) : shortName(node);

/** The lines under a shape, as overlay.tsx writes them. */
function linesOf(node: GraphNode, boxes: Boxes): string[] {
  const title = titleOf(node, boxes);
  const version = node.version !== undefined && node.version !== title ? `${node.version} · ` : "";
  const state = node.kind === "unknown" ? [] : [`${version}${node.health}`];
  return [title, ...state, ...(node.sidecar === "missing" ? ["no sidecar"] : [])];
}

// Of the page's font at 12.5 pixels, bold; the lines below the name are smaller.
const characterWidth = 7.6;
const lineHeight = 16;

/** How much room everything takes. */
export function sceneOf(graph: MeshGraph, boxes: Boxes): Scene {
  return {
    nodes: graph.nodes.map((node) => {
      const lines = linesOf(node, boxes);
      const box = boxes.of.get(node.id);
      return {
        id: node.id,
        // From the inside out.
        boxes: box ? [box.id, ...(box.parent === undefined ? [] : [box.parent])] : [],
        width: Math.max(2 * shapeRadius, titleOf(node, boxes).length * characterWidth + 8),
        below: shapeRadius + 4 + lines.length * lineHeight,
      };
    }),
    edges: graph.edges,
  };
}

export function neighboursOf(graph: MeshGraph): Map<string, string[]> {
  const neighbours = new Map<string, string[]>();
  const add = (from: string, to: string) => neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
  for (const edge of graph.edges) {
    add(edge.source, edge.target);
    add(edge.target, edge.source);
  }
  return neighbours;
}
