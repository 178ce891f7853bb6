/** How far apart two texts may be before they are shown as one whole change instead of line by line. */
const MAX_EDITS = 2_000;

export interface DiffOptions {
  readonly from: string;
  readonly to: string;
  /** Unchanged lines around each change. */
  readonly context: number;
}

interface Edit {
  readonly kind: " " | "-" | "+";
  readonly line: string;
}

/** A unified diff, empty for equal texts. */
export function unifiedDiff(a: string, b: string, { from, to, context }: DiffOptions): string {
  if (a === b) return "";
  const edits = editsOf(a.split("\n"), b.split("\n"));
  const lines = [`--- ${from}`, `+++ ${to}`];
  for (const [start, end] of hunks(edits, context)) {
    const before = edits.slice(0, start);
    const inside = edits.slice(start, end);
    const range = (without: "-" | "+") => {
      const count = inside.filter(({ kind }) => kind !== without).length;
      const first = before.filter(({ kind }) => kind !== without).length + (count > 0 ? 1 : 0);
      return count === 1 ? String(first) : `${first},${count}`;
    };
    lines.push(`@@ -${range("+")} +${range("-")} @@`, ...inside.map(({ kind, line }) => kind + line));
  }
  return `${lines.join("\n")}\n`;
}

/** Ranges of edits that hold changes and their context; ranges that meet are one. */
function hunks(edits: readonly Edit[], context: number): [number, number][] {
  const found: [number, number][] = [];
  for (const [at, { kind }] of edits.entries()) {
    if (kind === " ") continue;
    const [start, end] = [Math.max(0, at - context), Math.min(edits.length, at + context + 1)];
    const last = found.at(-1);
    if (last && start <= last[1]) last[1] = end;
    else found.push([start, end]);
  }
  return found;
}

function editsOf(a: readonly string[], b: readonly string[]): Edit[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail++;
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ kind: " ", line }));
  return [
    ...same(a.slice(0, head)),
    ...shortest(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...same(a.slice(a.length - tail)),
  ];
}

/** Myers' greedy algorithm: the fewest removed and added lines. */
function shortest(a: readonly string[], b: readonly string[]): Edit[] {
  const trace: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  const limit = Math.min(a.length + b.length, MAX_EDITS);
  for (let edits = 0; edits <= limit; edits++) {
    trace.push(new Map(furthest));
    const next = new Map(furthest);
    for (let k = -edits; k <= edits; k += 2) {
      const [down, right] = [next.get(k + 1) ?? -1, next.get(k - 1) ?? -1];
      let x = k === -edits || (k !== edits && right < down) ? down : right + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(a, b, trace);
    }
    furthest = next;
  }
  const all = (kind: "-" | "+", lines: readonly string[]): Edit[] => lines.map((line) => ({ kind, line }));
  return [...all("-", a), ...all("+", b)];
}

function walkBack(a: readonly string[], b: readonly string[], trace: readonly Map<number, number>[]): Edit[] {
  const edits: Edit[] = [];
  let [x, y] = [a.length, b.length];
  for (let step = trace.length - 1; step >= 0; step--) {
    const furthest = trace[step] ?? new Map<number, number>();
    const k = x - y;
    const [down, right] = [furthest.get(k + 1) ?? -1, furthest.get(k - 1) ?? -1];
    const fromDown = k === -step || (k !== step && right < down);
    const previous = fromDown ? k + 1 : k - 1;
    const startX = furthest.get(previous) ?? 0;
    while (x > Math.max(startX, 0) && y > Math.max(startX - previous, 0) && a[x - 1] === b[y - 1]) {
      edits.push({ kind: " ", line: a[x - 1] ?? "" });
      x--;
      y--;
    }
    if (step === 0) break;
    if (fromDown) edits.push({ kind: "+", line: b[--y] ?? "" });
    else edits.push({ kind: "-", line: a[--x] ?? "" });
  }
  return edits.reverse();
}
