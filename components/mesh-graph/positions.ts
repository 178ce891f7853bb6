// Where nodes stand after a refresh: everything known stays where it is, only what is new is placed.
export interface Point {
  readonly x: number;
  readonly y: number;
}
export type Positions = ReadonlyMap<string, Point>;

export interface PlacementInput {
  /** Where nodes stand now. */
  readonly kept: Positions;
  /** Where a fresh layout of the whole graph would put them. */
  readonly ideal: Positions;
  /** Neighbours by node: a new node keeps its ideal place relative to them. */
  readonly neighbours: ReadonlyMap<string, readonly string[]>;
}

// A node with its label under it; two labels side by side need more room than two shapes.
const clearX = 110;
const clearY = 84;

export function placeNodes({ kept, ideal, neighbours }: PlacementInput): Map<string, Point> {
  const placed = new Map<string, Point>();
  for (const id of ideal.keys()) {
    const point = kept.get(id);
    if (point) placed.set(id, point);
  }
  if (placed.size === 0) return new Map(ideal);
  const overall = meanShift([...placed.keys()], placed, ideal);
  for (const [id, want] of ideal) {
    if (placed.has(id)) continue;
    const near = (neighbours.get(id) ?? []).filter((other) => kept.has(other) && placed.has(other));
    const shift = near.length > 0 ? meanShift(near, placed, ideal) : overall;
    placed.set(id, freeSpot({ x: want.x + shift.x, y: want.y + shift.y }, placed));
  }
  return placed;
}

/** How far, on average, the learner's picture stands from the ideal one. */
function meanShift(ids: readonly string[], actual: Positions, ideal: Positions): Point {
  let x = 0;
  let y = 0;
  let count = 0;
  for (const id of ids) {
    const from = ideal.get(id);
    const to = actual.get(id);
    if (!from || !to) continue;
    x += to.x - from.x;
    y += to.y - from.y;
    count += 1;
  }
  return count === 0 ? { x: 0, y: 0 } : { x: x / count, y: y / count };
}

/** The wanted spot, or the first free one below it; columns mean depth in a left-to-right graph and are kept. */
function freeSpot(want: Point, placed: Positions): Point {
  const others = [...placed.values()].filter((other) => Math.abs(other.x - want.x) < clearX);
  let y = want.y;
  for (let tries = 0; tries <= others.length; tries += 1) {
    const blocking = others.find((other) => Math.abs(other.y - y) < clearY);
    if (!blocking) break;
    y = blocking.y + clearY;
  }
  return { x: want.x, y };
}
