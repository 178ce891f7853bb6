import type { ElementDefinition } from "cytoscape";
import type { MeshGraph } from "../../server/contracts/index.ts";
import { isClear } from "./clearance.ts";
import { neighboursOf, sceneOf } from "./elements.ts";
import { idealPositions } from "./layout.ts";
import { packParts } from "./packing.ts";
import { type Point, type Positions, placeNodes, stretchToAspect } from "./positions.ts";

interface PlanInput {
  readonly graph: MeshGraph;
  readonly elements: readonly ElementDefinition[];
  /** Where nodes stand now; empty for a fresh layout. */
  readonly kept: Positions;
  /** A node was dragged: every place is the learner's. */
  readonly touched: boolean;
  /** Width by height of the panel. */
  readonly aspect: number;
}

export interface Plan {
  readonly positions: ReadonlyMap<string, Point>;
  /** Something is new. */
  readonly grows: boolean;
  /** Known nodes move too. */
  readonly fresh: boolean;
}

/**
 * What is known stays where it is and what is new finds a place beside it, as long as the picture stays readable. A new
 * node that fits nowhere has the whole laid out anew, and so has a lab that is being prepared, when more is new than
 * known and there is no picture yet that anybody remembers.
 */
export function planPositions({ graph, elements, kept, touched, aspect }: PlanInput): Plan {
  const known = graph.nodes.filter((node) => kept.has(node.id)).length;
  if (known === graph.nodes.length) return { positions: kept, grows: false, fresh: false };
  const scene = sceneOf(graph);
  const ideal = stretchToAspect(packParts(idealPositions(elements, scene), scene, aspect), aspect);
  if (!touched && known * 2 <= graph.nodes.length) return { positions: ideal, grows: true, fresh: true };
  const placed = placeNodes({ kept, ideal, neighbours: neighboursOf(graph) });
  return touched || isClear(placed, scene)
    ? { positions: placed, grows: true, fresh: false }
    : { positions: ideal, grows: true, fresh: true };
}
