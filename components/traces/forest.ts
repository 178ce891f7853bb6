import type { TraceSpan } from "../../server/contracts/index.ts";

/** Spans by their parent's id, siblings by their beginning; `undefined`: those at the top, also where the parent is missing. */
export type Forest = ReadonlyMap<string | undefined, readonly TraceSpan[]>;

export function forestOf(spans: readonly TraceSpan[]): Forest {
  const known = new Set(spans.map(({ id }) => id));
  const below = new Map<string | undefined, TraceSpan[]>();
  for (const span of spans) {
    const { parent, id } = span;
    const key = parent !== undefined && parent !== id && known.has(parent) ? parent : undefined;
    const siblings = below.get(key);
    if (siblings) siblings.push(span);
    else below.set(key, [span]);
  }
  for (const siblings of below.values()) siblings.sort((a, b) => a.start - b.start);
  return below;
}

/** Deeper than this a span stands no further to the right: a chain of thousands of calls would leave the page. */
const maxIndent = 24;

/** Where a span of this depth begins, in pixels. */
export const indentOf = (depth: number): number => Math.min(depth, maxIndent) * 14;
