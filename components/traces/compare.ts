import type { TraceSpan } from "../../server/contracts/index.ts";

export interface ComparedSpan {
  readonly key: string;
  readonly service: string;
  readonly operation: string;
  readonly depth: number;
  /** Absent: only the other trace has it. */
  readonly left?: TraceSpan;
  readonly right?: TraceSpan;
}

interface Place {
  readonly key: string;
  readonly span: TraceSpan;
}

/** Spans of two requests side by side: the same call at the same place of both trees stands in one row. */
export function compareTraces(left: readonly TraceSpan[], right: readonly TraceSpan[]): ComparedSpan[] {
  const [a, b] = [placesOf(left), placesOf(right)];
  const rows: ComparedSpan[] = [];
  const walk = (parent: string, depth: number) => {
    const [ours, theirs] = [a.get(parent) ?? [], b.get(parent) ?? []];
    const keys = new Set([...ours, ...theirs].map(({ key }) => key));
    for (const key of keys) {
      const one = ours.find((place) => place.key === key)?.span;
      const other = theirs.find((place) => place.key === key)?.span;
      const span = one ?? other;
      if (!span) continue;
      const { service, operation } = span;
      rows.push({
        key,
        service,
        operation,
        depth,
        ...(one && { left: one }),
        ...(other && { right: other }),
      });
      walk(key, depth + 1);
    }
  };
  walk("", 0);
  return rows;
}

/** By the key of the parent: who called what from there, the how-manieth time. */
function placesOf(spans: readonly TraceSpan[]): Map<string, Place[]> {
  const known = new Set(spans.map(({ id }) => id));
  const children = new Map<string, TraceSpan[]>();
  for (const span of spans) {
    const parent =
      span.parent !== undefined && known.has(span.parent) && span.parent !== span.id ? span.parent : "";
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const places = new Map<string, Place[]>();
  const visited = new Set<string>();
  const walk = (id: string, key: string) => {
    const counts = new Map<string, number>();
    const here: Place[] = [];
    for (const span of (children.get(id) ?? []).toSorted((a, b) => a.start - b.start)) {
      if (visited.has(span.id)) continue; // a circle: hostile, taken once
      visited.add(span.id);
      const name = JSON.stringify([span.service, span.operation]);
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      here.push({ key: `${key}${name}${count}/`, span });
    }
    places.set(key, here);
    for (const place of here) walk(place.span.id, place.key);
  };
  walk("", "");
  return places;
}
