import { type Block, blocksOf, type Rect, type Scene } from "./clearance.ts";
import type { Point, Positions } from "./positions.ts";

/** Between parts that have nothing to do with each other. */
const gap = 28;

interface Part {
  readonly members: readonly string[];
  readonly rect: Rect;
}

/**
 * Sets parts without an edge between them in rows that fill the panel's shape. A layout from left to right puts them all
 * below each other: many quiet namespaces would be a column too thin to read. Within a part nothing moves.
 */
export function packParts(points: Positions, scene: Scene, aspect: number): Map<string, Point> {
  const parts = partsOf(points, scene);
  if (parts.length < 2 || !Number.isFinite(aspect) || aspect <= 0) return new Map(points);
  const widths = parts.map(({ rect }) => rect.right - rect.left);
  const total = widths.reduce((sum, width) => sum + width + gap, 0);
  const widest = Math.max(...widths);
  let best: Rows | undefined;
  // Every sensible row length once: as wide as so many equal columns.
  for (let columns = 1; columns <= parts.length; columns += 1) {
    const rows = inRows(parts, Math.max(widest, total / columns));
    if (!best || size(rows, aspect) < size(best, aspect)) best = rows;
  }
  const result = new Map(points);
  for (const [part, corner] of best?.corners ?? [])
    for (const id of part.members) {
      const point = points.get(id);
      if (point)
        result.set(id, { x: point.x - part.rect.left + corner.x, y: point.y - part.rect.top + corner.y });
    }
  return result;
}

interface Rows {
  readonly corners: ReadonlyMap<Part, Point>;
  readonly width: number;
  readonly height: number;
}

/** The smaller, the larger everything is drawn. */
const size = ({ width, height }: Rows, aspect: number) => Math.max(width / aspect, height);

function inRows(parts: readonly Part[], limit: number): Rows {
  const corners = new Map<Part, Point>();
  let [x, y, rowHeight, width] = [0, 0, 0, 0];
  for (const part of parts) {
    const own = { width: part.rect.right - part.rect.left, height: part.rect.bottom - part.rect.top };
    if (x > 0 && x + own.width > limit) {
      y += rowHeight + gap;
      x = 0;
      rowHeight = 0;
    }
    corners.set(part, { x, y });
    width = Math.max(width, x + own.width);
    rowHeight = Math.max(rowHeight, own.height);
    x += own.width + gap;
  }
  return { corners, width, height: y + rowHeight };
}

/** Boxes and lone nodes that edges join, from top to bottom. */
function partsOf(points: Positions, scene: Scene): Part[] {
  const blocks = blocksOf(points, scene);
  const blockOf = new Map(blocks.flatMap((block, index) => block.members.map((id) => [id, index] as const)));
  const parent = blocks.map((_, index) => index);
  const root = (index: number): number => {
    const up = parent[index] ?? index;
    return up === index ? index : root(up);
  };
  for (const { source, target } of scene.edges) {
    const [from, to] = [blockOf.get(source), blockOf.get(target)];
    if (from !== undefined && to !== undefined) parent[root(from)] = root(to);
  }
  const groups = new Map<number, Block[]>();
  blocks.forEach((block, index) => {
    groups.set(root(index), [...(groups.get(root(index)) ?? []), block]);
  });
  return [...groups.values()]
    .map((group) => ({
      members: group.flatMap(({ members }) => members),
      rect: {
        left: Math.min(...group.map(({ rect }) => rect.left)),
        right: Math.max(...group.map(({ rect }) => rect.right)),
        top: Math.min(...group.map(({ rect }) => rect.top)),
        bottom: Math.max(...group.map(({ rect }) => rect.bottom)),
      },
    }))
    .sort((one, other) => one.rect.top - other.rect.top);
}
