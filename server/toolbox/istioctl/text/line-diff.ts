/**
 * The lines of `a` and `b` as one text: `+` before a line of `b` only, `-` before one of `a` only, a blank before one of
 * both; "" when they are the same. A shortest edit script (Myers, "An O(ND) Difference Algorithm and Its Variations").
 */
export function lineDiff(a: string, b: string): string {
  if (a === b) return "";
  const [from, to] = [a.split("\n"), b.split("\n")];
  const edits = backtrack(search(from, to), from, to);
  return edits.join("\n").replace(/\n+$/, "");
}

/** For each number of edits: how far in `a` a path gets on each diagonal. */
type Frontier = ReadonlyMap<number, number>;

function search(a: readonly string[], b: readonly string[]): readonly Frontier[] {
  const frontiers: Frontier[] = [];
  let before: Frontier = new Map([[1, 0]]);
  for (let edits = 0; ; edits++) {
    const frontier = new Map<number, number>();
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = start(before, diagonal, edits);
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      frontier.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return [...frontiers, frontier];
    }
    frontiers.push(frontier);
    before = frontier;
  }
}

/** Where a path with one edit more begins on a diagonal: below the farther neighbour, else right of the other. */
function start(before: Frontier, diagonal: number, edits: number): number {
  return isInsertion(before, diagonal, edits)
    ? (before.get(diagonal + 1) ?? 0)
    : (before.get(diagonal - 1) ?? 0) + 1;
}

function isInsertion(before: Frontier, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true;
  return diagonal !== edits && (before.get(diagonal - 1) ?? 0) < (before.get(diagonal + 1) ?? 0);
}

function backtrack(frontiers: readonly Frontier[], a: readonly string[], b: readonly string[]): string[] {
  const lines: string[] = [];
  let [x, y] = [a.length, b.length];
  for (let edits = frontiers.length - 1; edits >= 0; edits--) {
    const before = frontiers[edits - 1];
    const diagonal = x - y;
    const insertion = before !== undefined && isInsertion(before, diagonal, edits);
    const edge = before ? start(before, diagonal, edits) : 0;
    while (x > edge) lines.push(` ${a[--x]}`);
    if (!before) break;
    lines.push(insertion ? `+${b[x - diagonal - 1]}` : `-${a[x - 1]}`);
    if (!insertion) x -= 1;
    y = x - (insertion ? diagonal + 1 : diagonal - 1);
  }
  return lines.reverse();
}
