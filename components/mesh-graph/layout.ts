import cytoscape, { type ElementDefinition } from "cytoscape";
import dagre from "cytoscape-dagre";
import type { Point } from "./positions.ts";

cytoscape.use(dagre);

/** A fresh left-to-right layout, computed beside the picture so that nothing on screen moves. */
export function idealPositions(elements: readonly ElementDefinition[]): Map<string, Point> {
  const scratch = cytoscape({
    headless: true,
    styleEnabled: true,
    elements: elements.map((element) => ({ ...element, data: { ...element.data } })),
    style: [
      // Shape and label together; the label stands below, so the height counts it twice to keep rows apart.
      { selector: "node", style: { width: 58, height: 88 } },
      { selector: ":parent", style: { padding: "18px" } },
    ],
  });
  const options = {
    name: "dagre",
    rankDir: "LR",
    // Room for a badge on the edge between two ranks.
    rankSep: 74,
    nodeSep: 26,
    edgeSep: 22,
    animate: false,
    fit: false,
  };
  scratch.layout(options).run();
  const positions = new Map<string, Point>();
  for (const node of scratch.nodes().toArray())
    if (!node.isParent()) positions.set(node.id(), { ...node.position() });
  scratch.destroy();
  return positions;
}
