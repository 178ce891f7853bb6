import type { HeaderMap } from "../http/headers.ts";

/** One span's place in a trace. Ids are lower-case hex. */
export interface TraceContext {
  /** 16 or 32 digits. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly sampled: boolean;
  /** W3C's tracestate, which travels on as it came. */
  readonly state?: string | undefined;
}

/** What a request says of the trace it belongs to: who asked, and whether it is recorded. Either may be missing. */
export interface Incoming {
  readonly parent?:
    | { readonly traceId: string; readonly spanId: string; readonly parentId?: string }
    | undefined;
  readonly sampled?: boolean | undefined;
  readonly state?: string | undefined;
}

/** How trace contexts are written into requests. */
export interface Propagation {
  /** "malformed": the request is not traced and its headers are left alone. */
  extract(headers: HeaderMap): Incoming | "malformed";
  inject(context: TraceContext, headers: HeaderMap): void;
}

const isId = (text: string, ...lengths: number[]) =>
  lengths.includes(text.length) && /^[0-9a-f]+$/i.test(text) && !/^0+$/.test(text);

/** Zipkin's headers, several or one `b3` (Envoy extensions/tracers/zipkin/span_context_extractor.cc). */
export const b3: Propagation = {
  extract(headers) {
    const single = headers.get("b3");
    if (single !== undefined) return fromSingle(single);
    const flag = headers.get("x-b3-sampled");
    const sampled =
      flag === undefined
        ? headers.get("x-b3-flags") === "1" || undefined
        : flag === "1" || flag.toLowerCase() === "true";
    const traceId = headers.get("x-b3-traceid");
    const spanId = headers.get("x-b3-spanid");
    if (traceId === undefined || spanId === undefined) return { sampled };
    const parentId = headers.get("x-b3-parentspanid");
    if (!isId(traceId, 16, 32) || !isId(spanId, 16) || (parentId && !isId(parentId, 16))) return "malformed";
    return { parent: { traceId, spanId, ...(parentId ? { parentId } : {}) }, sampled };
  },
  inject(context, headers) {
    headers.set("x-b3-traceid", context.traceId);
    headers.set("x-b3-spanid", context.spanId);
    if (context.parentId) headers.set("x-b3-parentspanid", context.parentId);
    headers.set("x-b3-sampled", context.sampled ? "1" : "0");
  },
};

/** `{trace}-{span}[-{sampled}[-{parent}]]`, or the sampling state alone. */
function fromSingle(value: string): Incoming | "malformed" {
  const isSampled = (mark: string | undefined) =>
    mark === undefined ? undefined : mark === "1" || mark === "d";
  if (/^[01d]$/.test(value)) return { sampled: isSampled(value) };
  const [traceId = "", spanId = "", mark, parentId] = value.split("-");
  if (!isId(traceId, 16, 32) || !isId(spanId, 16)) return "malformed";
  if ((mark !== undefined && !/^[01d]$/.test(mark)) || (parentId !== undefined && !isId(parentId, 16)))
    return "malformed";
  return { parent: { traceId, spanId, ...(parentId ? { parentId } : {}) }, sampled: isSampled(mark) };
}

/** 2 + 1 + 32 + 1 + 16 + 1 + 2: a later version's longer header is refused, as Envoy does. */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/i;

/** W3C Trace Context; B3 is neither read nor written (Envoy extensions/tracers/opentelemetry/span_context_extractor.cc). */
export const traceparent: Propagation = {
  extract(headers) {
    const value = headers.get("traceparent");
    if (value === undefined) return {};
    const [, traceId = "", spanId = "", flags = ""] = TRACEPARENT.exec(value) ?? [];
    if (!isId(traceId, 32) || !isId(spanId, 16)) return "malformed";
    const sampled = (Number.parseInt(flags, 16) & 1) === 1;
    return { parent: { traceId, spanId }, sampled, state: headers.get("tracestate") };
  },
  inject(context, headers) {
    headers.set("traceparent", traceparentOf(context));
    // Written even when it is empty: what came without a traceparent is discarded so.
    headers.set("tracestate", context.state ?? "");
  },
};

const traceparentOf = ({ traceId, spanId, sampled }: TraceContext) =>
  `00-${traceId.padStart(32, "0")}-${spanId}-${sampled ? "01" : "00"}`;

/** A Zipkin tracer with USE_B3_WITH_W3C_PROPAGATION: B3 goes first when it came, both are written. */
export const b3WithW3c: Propagation = {
  extract(headers) {
    const zipkin = b3.extract(headers);
    if (zipkin === "malformed" || zipkin.parent || headers.has("b3")) return zipkin;
    const w3c = traceparent.extract(headers);
    if (w3c === "malformed" || !w3c.parent) return zipkin;
    return { parent: w3c.parent, sampled: zipkin.sampled ?? w3c.sampled };
  },
  inject(context, headers) {
    b3.inject(context, headers);
    headers.set("traceparent", traceparentOf(context));
  },
};
