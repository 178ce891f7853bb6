import cytoscape, { type ElementDefinition } from "cytoscape";
import dagre from "cytoscape-dagre";
import { type Scene, separate, shapeRadius } from "./clearance.ts";
import type { Point } from "./positions.ts";

cytoscape.use(dagre);

// Names stand under the shapes and badges between them: of a long name, this much may lie beside a badge.
const nameUnderBadge = 70;
// A panel that is so much higher than wide, as on a phone, would show a way from left to right as a thin line of dots.
export const upright = (aspect: number) => aspect < 0.8;

/**
 * A fresh layout, computed beside the picture so that nothing on screen moves: from left to right, in an upright panel
 * (`aspect`: width by height) from top to bottom.
 */
export function idealPositions(
  elements: readonly ElementDefinition[],
  scene: Scene,
  aspect: number,
): Map<string, Point> {
  const scratch = cytoscape({
    headless: true,
    styleEnabled: true,
    elements: elements.map((element) => ({ ...element, data: { ...element.data } })),
    style: [{ selector: ":parent", style: { padding: "18px" } }],
  });
  scratch.batch(() => {
    for (const { id, width, below } of scene.nodes)
      scratch.getElementById(id).style({
        width: Math.max(58, width - nameUnderBadge),
        height: shapeRadius + below,
      });
  });
  const options = {
    name: "dagre",
    rankDir: upright(aspect) ? "TB" : "LR",
    // Room for the longest badge and an arrow head on the edge between two ranks.
    rankSep: upright(aspect) ? 70 : 112,
    nodeSep: 24,
    edgeSep: 22,
    animate: false,
    fit: false,
  };
  scratch.layout(options).run();
  const positions = new Map<string, Point>();
  for (const { id, below } of scene.nodes) {
    // The layout's middle is that of shape and words together.
    const { x, y } = scratch.getElementById(id).position();
    positions.set(id, { x, y: y - (below - shapeRadius) / 2 });
  }
  scratch.destroy();
  return separate(positions, scene);
}
