/** A tag with its type, as Jaeger's JSON names it. */
export interface Tag {
  readonly key: string;
  readonly type: "string" | "bool" | "int64" | "float64";
  readonly value: string | number | boolean;
}

export interface Reference {
  readonly refType: "CHILD_OF" | "FOLLOWS_FROM";
  readonly traceID: string;
  readonly spanID: string;
}

export interface SpanLog {
  /** Microseconds since the epoch. */
  readonly timestamp: number;
  readonly fields: readonly Tag[];
}

export interface Process {
  readonly serviceName: string;
  readonly tags: readonly Tag[];
}

/** Jaeger's span. Ids are lower-case hex: 16 or 32 digits for a trace, 16 for a span. */
export interface Span {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly Reference[];
  /** Microseconds since the epoch. */
  readonly startTime: number;
  /** Microseconds. */
  readonly duration: number;
  readonly tags: readonly Tag[];
  readonly logs: readonly SpanLog[];
  readonly process: Process;
}

export interface Trace {
  readonly traceID: string;
  readonly spans: readonly Span[];
}

/** Spans that could not be read; the message is for who sent them. */
export class MalformedSpans extends Error {
  override readonly name = "MalformedSpans";
}

/** Service of a span whose sender names none (OpenTelemetry's ResourceNoServiceName). */
export const NO_SERVICE_NAME = "OTLPResourceNoServiceName";

/** As Jaeger prints a trace id: 16 digits when the upper half is zero, else 32. Undefined: no hex, too long, or zero. */
export function traceIdOf(text: string): string | undefined {
  if (!/^[0-9a-fA-F]{1,32}$/.test(text) || /^0*$/.test(text)) return undefined;
  const full = text.toLowerCase().padStart(32, "0");
  return full.startsWith("0".repeat(16)) ? full.slice(16) : full;
}

export function spanIdOf(text: string): string | undefined {
  if (!/^[0-9a-fA-F]{1,16}$/.test(text) || /^0*$/.test(text)) return undefined;
  return text.toLowerCase().padStart(16, "0");
}

export const text = (key: string, value: string): Tag => ({ key, type: "string", value });

/** The kind of a span as its span.kind tag says; empty when it has none. */
export const spanKindOf = (span: Span): string =>
  String(span.tags.find((tag) => tag.key === "span.kind")?.value ?? "");
