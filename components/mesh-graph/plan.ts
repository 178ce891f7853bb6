import type { ElementDefinition } from "cytoscape";
import type { MeshGraph } from "../../server/contracts/index.ts";
import type { Boxes } from "./boxes.ts";
import { isClear } from "./clearance.ts";
import { neighboursOf, sceneOf } from "./elements.ts";
import { idealPositions, upright } from "./layout.ts";
import { packParts } from "./packing.ts";
import { type Point, type Positions, placeNodes, stretchToAspect } from "./positions.ts";

interface PlanInput {
  readonly graph: MeshGraph;
  readonly boxes: Boxes;
  readonly elements: readonly ElementDefinition[];
  /** Where nodes stand now; empty for a fresh layout. */
  readonly kept: Positions;
  /** The edges that stand between them now. */
  readonly drawn: ReadonlySet<string>;
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

// Less than this from side to side, and an edge's badge stands on the words under its ends.
const badgeRoom = 110;

/**
 * What is known stays where it is and what is new finds a place beside it, as long as the picture stays readable. A new
 * node that fits nowhere has the whole laid out anew, and so has a lab that is being prepared, when more is new than
 * known and there is no picture yet that anybody remembers. So has a picture in which a first call goes across other nodes,
 * or straight up and down.
 */
export function planPositions({ graph, boxes, elements, kept, drawn, touched, aspect }: PlanInput): Plan {
  const known = graph.nodes.filter((node) => kept.has(node.id)).length;
  const first = graph.edges.filter(({ id }) => !drawn.has(id));
  const stays = { positions: kept, grows: false, fresh: false };
  if (known === graph.nodes.length && (touched || first.length === 0)) return stays;
  const scene = sceneOf(graph, boxes);
  const steep = (points: Positions) =>
    first.some(({ source, target }) => {
      const [from, to] = [points.get(source), points.get(target)];
      return (
        source !== target &&
        from &&
        to &&
        Math.abs(upright(aspect) ? from.y - to.y : from.x - to.x) < badgeRoom
      );
    });
  if (known === graph.nodes.length && !steep(kept) && isClear(kept, scene)) return stays;
  const ideal = stretchToAspect(packParts(idealPositions(elements, scene, aspect), scene, aspect), aspect);
  if (known === graph.nodes.length)
    return (steep(kept) && !steep(ideal)) || isClear(ideal, scene)
      ? { positions: ideal, grows: true, fresh: true }
      : stays;
  if (!touched && known * 2 <= graph.nodes.length) return { positions: ideal, grows: true, fresh: true };
  const placed = placeNodes({ kept, ideal, neighbours: neighboursOf(graph) });
  return touched || isClear(placed, scene)
    ? { positions: placed, grows: true, fresh: false }
    : { positions: ideal, grows: true, fresh: true };
}
