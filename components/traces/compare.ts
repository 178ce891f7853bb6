import type { TraceSpan } from "../../server/contracts/index.ts";
import { type Forest, forestOf } from "./forest.ts";

export interface ComparedSpan {
  readonly key: string;
  readonly service: string;
  readonly operation: string;
  readonly depth: number;
  /** Absent: only the other trace has it. */
  readonly left?: TraceSpan;
  readonly right?: TraceSpan;
}

/** Calls of the same place in either trace; `left` or `right` is undefined where one has no such place. */
interface Pair {
  readonly depth: number;
  readonly left: TraceSpan | undefined;
  readonly right: TraceSpan | undefined;
}

/** Spans of two requests side by side: the same call at the same place of both trees stands in one row. */
export function compareTraces(left: readonly TraceSpan[], right: readonly TraceSpan[]): ComparedSpan[] {
  const [ours, theirs] = [takingOnce(forestOf(left)), takingOnce(forestOf(right))];
  const rows: ComparedSpan[] = [];
  const waiting = paired(ours(undefined), theirs(undefined), 0).reverse();
  // No recursion: a trace may be as deep as it is long.
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { depth, left: one, right: other } = next;
    const span = one ?? other;
    if (!span) continue;
    const { service, operation } = span;
    rows.push({
      ...{ key: String(rows.length), service, operation, depth },
      ...(one && { left: one }),
      ...(other && { right: other }),
    });
    waiting.push(...paired(one ? ours(one.id) : [], other ? theirs(other.id) : [], depth + 1).reverse());
  }
  return rows;
}

/** The children of a span, each handed out once: a circle, or two spans of one id, end. */
function takingOnce(forest: Forest): (id: string | undefined) => readonly TraceSpan[] {
  const taken = new Set<string>();
  return (id) =>
    (forest.get(id) ?? []).filter((span) => {
      if (taken.has(span.id)) return false;
      taken.add(span.id);
      return true;
    });
}

/** Who is called the how-manieth time decides which calls are the same; what only the second trace has comes last. */
function paired(left: readonly TraceSpan[], right: readonly TraceSpan[], depth: number): Pair[] {
  const others = new Map(numbered(right));
  const pairs = numbered(left).map(([key, span]): Pair => {
    const other = others.get(key);
    others.delete(key);
    return { depth, left: span, right: other };
  });
  return [...pairs, ...[...others.values()].map((span): Pair => ({ depth, left: undefined, right: span }))];
}

function numbered(spans: readonly TraceSpan[]): [key: string, span: TraceSpan][] {
  const counts = new Map<string, number>();
  return spans.map((span) => {
    const name = JSON.stringify([span.service, span.operation]);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return [`${name}${count}`, span];
  });
}
