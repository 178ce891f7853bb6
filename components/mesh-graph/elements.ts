import type { ElementDefinition } from "cytoscape";
import type { GraphNode, MeshGraph } from "../../server/contracts/index.ts";
import { edgeWords } from "./badge.ts";
import { type Scene, shapeRadius } from "./clearance.ts";
import { shortName } from "./names.ts";

const boxPrefix = "namespace|";
export const boxId = (namespace: string) => `${boxPrefix}${namespace}`;
export const isBoxId = (id: string) => id.startsWith(boxPrefix);

/** The picture as cytoscape takes it: boxes first, then nodes in them, then edges whose both ends exist. */
export function toElements(graph: MeshGraph): ElementDefinition[] {
  const namespaces = [...new Set(graph.nodes.flatMap((node) => node.namespace ?? []))].sort();
  const known = new Set(graph.nodes.map((node) => node.id));
  return [
    ...namespaces.map((namespace) => ({
      group: "nodes" as const,
      data: { id: boxId(namespace), label: namespace, box: true },
      selectable: false,
    })),
    ...graph.nodes.map((node) => ({
      group: "nodes" as const,
      data: {
        id: node.id,
        label: node.version ? `${shortName(node)} ${node.version}` : shortName(node),
        // As many lines as the label over the picture has: boxes and "show everything" make room for it.
        room: linesOf(node).join("\n"),
        kind: node.kind,
        health: node.health,
        sidecar: node.sidecar,
        ...(node.namespace === undefined ? {} : { parent: boxId(node.namespace) }),
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

/** The lines under a shape, as overlay.tsx writes them. */
function linesOf(node: GraphNode): string[] {
  const state =
    node.kind === "unknown" ? [] : [node.version ? `${node.version} · ${node.health}` : node.health];
  return [shortName(node), ...state, ...(node.sidecar === "missing" ? ["no sidecar"] : [])];
}

// Of the page's font at 12.5 pixels, bold; the lines below the name are smaller.
const characterWidth = 7.6;
const lineHeight = 16;

/** How much room everything takes. */
export function sceneOf(graph: MeshGraph): Scene {
  return {
    nodes: graph.nodes.map((node) => {
      const lines = linesOf(node);
      return {
        id: node.id,
        namespace: node.namespace,
        width: Math.max(2 * shapeRadius, shortName(node).length * characterWidth + 8),
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
