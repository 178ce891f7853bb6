import { MAX_BYTES, MAX_SPANS, MAX_TRACE_SPANS, MAX_TRACES } from "./limits.ts";
import { type Span, spanKindOf, type Tag, type Trace } from "./model.ts";

export interface TraceSearch {
  readonly service: string;
  readonly operation: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Microseconds; of a span's start. */
  readonly start: number;
  readonly end: number;
  /** Microseconds; 0 is no bound. */
  readonly minDuration: number;
  readonly maxDuration: number;
  readonly limit: number;
}

export interface DependencyLink {
  readonly parent: string;
  readonly child: string;
  readonly callCount: number;
}

interface Kept {
  readonly spans: Span[];
  bytes: number;
}

/** Traces in memory in the order in which they began to arrive; what is beyond the limits goes from the old end. */
export class SpanStore {
  private readonly kept = new Map<string, Kept>();
  private spanCount = 0;
  private bytes = 0;
  private droppedCount = 0;
  private receivedCount = 0;

  get size(): { readonly traces: number; readonly spans: number; readonly bytes: number } {
    return { traces: this.kept.size, spans: this.spanCount, bytes: this.bytes };
  }

  get received(): number {
    return this.receivedCount;
  }

  /** Spans refused because their trace was full. */
  get dropped(): number {
    return this.droppedCount;
  }

  add(span: Span): void {
    this.receivedCount += 1;
    const trace = this.kept.get(span.traceID) ?? { spans: [], bytes: 0 };
    if (trace.spans.length >= MAX_TRACE_SPANS) {
      this.droppedCount += 1;
      return;
    }
    const bytes = weightOf(span);
    trace.spans.push(span);
    trace.bytes += bytes;
    this.kept.set(span.traceID, trace);
    this.spanCount += 1;
    this.bytes += bytes;
    this.evict();
  }

  trace(traceID: string): Trace | undefined {
    const found = this.kept.get(traceID);
    return found && { traceID, spans: inOrder(found.spans) };
  }

  services(): readonly string[] {
    const names = new Set<string>();
    for (const span of this.all()) names.add(span.process.serviceName);
    return [...names].sort();
  }

  /** Names with kinds; each pair once. An empty kind asks for all. */
  operations(service: string, kind: string): readonly { readonly name: string; readonly spanKind: string }[] {
    const found = new Map<string, { name: string; spanKind: string }>();
    for (const span of this.all()) {
      const spanKind = spanKindOf(span);
      if (span.process.serviceName !== service || (kind !== "" && kind !== spanKind)) continue;
      found.set(`${span.operationName}\n${spanKind}`, { name: span.operationName, spanKind });
    }
    return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  }

  /** Traces with a span that fits in every respect, newest first. */
  search(query: TraceSearch): readonly Trace[] {
    const found: { trace: Trace; start: number }[] = [];
    for (const [traceID, { spans }] of this.kept) {
      if (!spans.some((span) => fits(span, query))) continue;
      const ordered = inOrder(spans);
      found.push({ trace: { traceID, spans: ordered }, start: ordered[0]?.startTime ?? 0 });
    }
    return found
      .sort((a, b) => b.start - a.start)
      .slice(0, query.limit)
      .map((one) => one.trace);
  }

  /** Calls from one service to another, counted by spans whose parent belongs to another service. Microseconds. */
  dependencies(start: number, end: number): readonly DependencyLink[] {
    const links = new Map<string, { parent: string; child: string; callCount: number }>();
    for (const { spans } of this.kept.values()) {
      const byId = new Map(spans.map((span) => [span.spanID, span.process.serviceName]));
      for (const span of spans) {
        if (span.startTime < start || span.startTime > end) continue;
        const parentId = span.references.find((one) => one.refType === "CHILD_OF")?.spanID;
        const parent = parentId === undefined ? undefined : byId.get(parentId);
        const child = span.process.serviceName;
        if (parent === undefined || parent === child) continue;
        const key = `${parent}\n${child}`;
        const link = links.get(key) ?? { parent, child, callCount: 0 };
        link.callCount += 1;
        links.set(key, link);
      }
    }
    return [...links.values()];
  }

  private *all(): Generator<Span> {
    for (const { spans } of this.kept.values()) yield* spans;
  }

  private evict(): void {
    for (const [traceID, trace] of this.kept) {
      const full = this.kept.size > MAX_TRACES || this.spanCount > MAX_SPANS || this.bytes > MAX_BYTES;
      // The last trace stays even if it alone is beyond a limit; MAX_TRACE_SPANS bounds it.
      if (!full || this.kept.size === 1) return;
      this.kept.delete(traceID);
      this.spanCount -= trace.spans.length;
      this.bytes -= trace.bytes;
    }
  }
}

/** Badger's order: by start, then by id. */
function inOrder(spans: readonly Span[]): readonly Span[] {
  return [...spans].sort((a, b) => a.startTime - b.startTime || (a.spanID < b.spanID ? -1 : 1));
}

function fits(span: Span, query: TraceSearch): boolean {
  return (
    span.process.serviceName === query.service &&
    (query.operation === "" || span.operationName === query.operation) &&
    span.startTime >= query.start &&
    span.startTime <= query.end &&
    (query.minDuration === 0 || span.duration >= query.minDuration) &&
    (query.maxDuration === 0 || span.duration <= query.maxDuration) &&
    Object.entries(query.tags).every(([key, value]) => hasTag(span, key, value))
  );
}

/** Tags of the span, of its process and of its logs count, compared as text. */
function hasTag(span: Span, key: string, value: string): boolean {
  const same = (tag: Tag) => tag.key === key && String(tag.value) === value;
  return (
    span.tags.some(same) || span.process.tags.some(same) || span.logs.some((log) => log.fields.some(same))
  );
}

/** Roughly what a span holds in memory: 100 for itself, 60 for each tag, and values at one byte a character. */
function weightOf(span: Span): number {
  const tags = [...span.tags, ...span.process.tags, ...span.logs.flatMap((log) => log.fields)];
  return tags.reduce(
    (sum, tag) => sum + 60 + (typeof tag.value === "string" ? tag.value.length : 0),
    100 + span.operationName.length,
  );
}
