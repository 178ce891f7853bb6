import type { TraceSpan } from "../../server/contracts/index.ts";
import { type Forest, forestOf } from "./forest.ts";

export interface SpanRow {
  readonly span: TraceSpan;
  readonly depth: number;
  readonly children: number;
  /** Ends last among its siblings all the way up: what the whole trace waited for. */
  readonly critical: boolean;
}

/** Spans under their parents, in the order in which a tree is read. No recursion: a trace may be as deep as it is long. */
export function spanRows(spans: readonly TraceSpan[], closed: ReadonlySet<string>): SpanRow[] {
  const below = forestOf(spans);
  const critical = criticalPath(below);
  const rows: SpanRow[] = [];
  const visited = new Set<string>();
  const waiting = (below.get(undefined) ?? []).map((span) => ({ span, depth: 0 })).reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { span, depth } = next;
    if (visited.has(span.id)) continue; // two spans of one id, or a circle: hostile, shown once
    visited.add(span.id);
    const children = below.get(span.id) ?? [];
    rows.push({ span, depth, children: children.length, critical: critical.has(span.id) });
    if (!closed.has(span.id))
      for (const child of children.toReversed()) waiting.push({ span: child, depth: depth + 1 });
  }
  return rows;
}

/** From the root down, always to the child that ends last: a simple form of the critical path. */
function criticalPath(below: Forest): ReadonlySet<string> {
  const path = new Set<string>();
  let at: string | undefined;
  for (;;) {
    const last = (below.get(at) ?? []).reduce<TraceSpan | undefined>(
      (latest, span) => (!latest || end(span) > end(latest) ? span : latest),
      undefined,
    );
    if (!last || path.has(last.id)) return path;
    path.add(last.id);
    at = last.id;
  }
}

const end = ({ start, duration }: TraceSpan): number => start + duration;

export interface Extent {
  readonly start: number;
  readonly duration: number;
}

export function extentOf(spans: readonly TraceSpan[]): Extent {
  if (spans.length === 0) return { start: 0, duration: 1 };
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const span of spans) {
    first = Math.min(first, span.start);
    last = Math.max(last, end(span));
  }
  return { start: first, duration: Math.max(1, last - first) };
}

/** Who called whom, and how often. */
export function dependencies(
  spans: readonly TraceSpan[],
): { from: string; to: string; calls: number; errors: number }[] {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const found = new Map<string, { from: string; to: string; calls: number; errors: number }>();
  for (const span of spans) {
    const parent = span.parent === undefined ? undefined : byId.get(span.parent);
    if (!parent || parent.service === span.service) continue;
    const key = `${parent.service} ${span.service}`;
    const known = found.get(key) ?? { from: parent.service, to: span.service, calls: 0, errors: 0 };
    found.set(key, { ...known, calls: known.calls + 1, errors: known.errors + (span.error ? 1 : 0) });
  }
  return [...found.values()];
}

/** As Jaeger writes a duration. */
export function duration(microseconds: number): string {
  if (microseconds < 1_000) return `${Math.round(microseconds)} µs`;
  if (microseconds < 1_000_000) return `${Number((microseconds / 1_000).toFixed(2))} ms`;
  return `${Number((microseconds / 1_000_000).toFixed(2))} s`;
}
