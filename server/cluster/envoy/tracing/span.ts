import type { HeaderMap } from "../http/headers.ts";
import type { Propagation, TraceContext } from "./trace-context.ts";

export type SpanKind = "CLIENT" | "SERVER";

/** A finished span, before an exporter gives it its form. */
export interface FinishedSpan {
  readonly context: TraceContext;
  readonly name: string;
  readonly kind: SpanKind;
  /** Microseconds since the epoch. */
  readonly begun: number;
  /** Microseconds. */
  readonly duration: number;
  readonly tags: readonly (readonly [string, string])[];
}

export interface SpanStart {
  readonly context: TraceContext;
  readonly propagation: Propagation;
  readonly kind: SpanKind;
  /** Until something tells a better one. */
  readonly name: string;
}

/** The span of one request through one proxy, while it runs. */
export class ActiveSpan {
  readonly context: TraceContext;
  name: string;

  constructor(private readonly of: SpanStart) {
    this.context = of.context;
    this.name = of.name;
  }

  inject(headers: HeaderMap): void {
    this.of.propagation.inject(this.context, headers);
  }

  /** Begun and duration in milliseconds. */
  finish({ begun, duration, tags }: Pick<FinishedSpan, "begun" | "duration" | "tags">): FinishedSpan {
    return {
      context: this.context,
      name: this.name,
      kind: this.of.kind,
      begun: Math.round(begun * 1000),
      duration: Math.max(1, Math.round(duration * 1000)),
      tags,
    };
  }

  get propagation(): Propagation {
    return this.of.propagation;
  }
}
