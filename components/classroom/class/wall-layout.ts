import type { WallTile } from "../../../server/contracts/index.ts";

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Of a picture, in its own units. */
export const PICTURE = { width: 240, height: 132, marginX: 40, marginY: 20 } as const;

/**
 * A place for each node: callers left of whom they call, as far as there is no circle. Cheap enough for two hundred
 * pictures, and the same picture for the same mesh.
 */
export function wallLayout({ nodes, edges }: Pick<WallTile, "nodes" | "edges">): Spot[] {
  const depth = nodes.map(() => 0);
  // A path has fewer steps than there are nodes; a circle ends with the rounds.
  for (let round = 0; round < Math.min(nodes.length, MOST_COLUMNS); round++)
    for (const { from, to } of edges)
      if (from !== to)
        depth[to] = Math.min(MOST_COLUMNS - 1, Math.max(depth[to] ?? 0, (depth[from] ?? 0) + 1));
  const columns = [...new Set(depth)].sort((one, other) => one - other);
  const inColumn = columns.map((column) => nodes.flatMap((_, at) => (depth[at] === column ? [at] : [])));
  const spots = nodes.map((): Spot => ({ x: 0, y: 0 }));
  inColumn.forEach((members, column) => {
    members.forEach((member, row) => {
      spots[member] = {
        x: placed(column, columns.length, { size: PICTURE.width, margin: PICTURE.marginX }),
        y: placed(row, members.length, { size: PICTURE.height, margin: PICTURE.marginY }),
      };
    });
  });
  return spots;
}

const MOST_COLUMNS = 6;

/** Alone in the middle, else spread from margin to margin. */
function placed(index: number, of: number, { size, margin }: { size: number; margin: number }): number {
  return of === 1 ? size / 2 : margin + (index * (size - 2 * margin)) / (of - 1);
}

export interface Grid {
  readonly columns: number;
  /** Rows that are drawn: those in sight, and one on either side. */
  readonly first: number;
  readonly last: number;
  readonly rows: number;
}

/** Which of many tiles of one height are in sight. */
export function gridOf(
  count: number,
  {
    width,
    height,
    scrollTop,
    tile,
  }: { width: number; height: number; scrollTop: number; tile: { width: number; height: number } },
): Grid {
  const columns = Math.max(1, Math.floor(width / tile.width));
  const rows = Math.ceil(count / columns);
  const first = Math.max(0, Math.floor(scrollTop / tile.height) - 1);
  const last = Math.min(rows, Math.ceil((scrollTop + height) / tile.height) + 1);
  return { columns, rows, first: Math.min(first, Math.max(0, rows - 1)), last };
}
