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

// Beyond this an edge is longer than the eye likes to follow.
const maxStretch = 1.8;
// Half a node and its label on every side.
const margin = { x: 130, y: 150 };

/** Widens a layout to the shape of the panel: what would be empty at the sides becomes room for badges. */
export function stretchToAspect(points: Positions, aspect: number): Map<string, Point> {
  const xs = [...points.values()].map(({ x }) => x);
  const ys = [...points.values()].map(({ y }) => y);
  if (xs.length < 2 || !Number.isFinite(aspect)) return new Map(points);
  const left = Math.min(...xs);
  const width = Math.max(...xs) - left;
  const height = Math.max(...ys) - Math.min(...ys);
  if (width === 0) return new Map(points);
  const wanted = (height + margin.y) * aspect - margin.x;
  const factor = Math.min(maxStretch, Math.max(1, wanted / width));
  return new Map([...points].map(([id, { x, y }]) => [id, { x: left + (x - left) * factor, y }]));
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
