import type { Random } from "../../base/index.ts";
import type { HeaderMap } from "../http/headers.ts";
import { ActiveSpan, type SpanKind } from "./span.ts";
import { type Propagation, traceparent } from "./trace-context.ts";

export interface SpanRequest {
  readonly headers: HeaderMap;
  readonly kind: SpanKind;
  /** Until the route or the peer tells a better one. */
  readonly name: string;
  /** What this proxy's own sampling says; a decision that came with the request goes first. */
  readonly traced: boolean;
}

/** What one kind of tracer does otherwise than another. */
export interface TracerStyle {
  readonly propagation: Propagation;
  /** A new trace's id ends in the id of its first span. */
  readonly traceIdHoldsSpanId: boolean;
  /** Name of a span before a route gives it one. */
  nameOf(authority: string, inbound: boolean): string;
}

/** Envoy extensions/tracers/zipkin/tracer.cc. */
export const zipkinStyle = (propagation: Propagation): TracerStyle => ({
  propagation,
  traceIdHoldsSpanId: true,
  nameOf: (authority) => authority,
});

/** Envoy extensions/tracers/opentelemetry/tracer.cc; names by tracing/tracer_impl.cc startSpan. */
export const openTelemetryStyle: TracerStyle = {
  propagation: traceparent,
  traceIdHoldsSpanId: false,
  nameOf: (authority, inbound) => (inbound ? "ingress" : `egress ${authority}`),
};

/** A span of its own for every proxy: a child of the span in the request, or a root. Undefined: the context is malformed. */
export function startSpan(request: SpanRequest, style: TracerStyle, random: Random): ActiveSpan | undefined {
  const { propagation } = style;
  const incoming = propagation.extract(request.headers);
  if (incoming === "malformed") return undefined;
  const sampled = incoming.sampled ?? request.traced;
  const spanId = hex(random);
  const { parent, state } = incoming;
  const context = parent
    ? { traceId: parent.traceId, spanId, parentId: parent.spanId, sampled, state }
    : {
        traceId: `${hex(random)}${style.traceIdHoldsSpanId ? spanId : hex(random)}`,
        spanId,
        parentId: undefined,
        sampled,
      };
  return new ActiveSpan({ context, propagation, kind: request.kind, name: request.name });
}

/** The span of one try upstream, below the request's. */
export function childSpan(parent: ActiveSpan, name: string, random: Random): ActiveSpan {
  const { propagation, context } = parent;
  return new ActiveSpan({
    context: { ...context, spanId: hex(random), parentId: context.spanId },
    propagation,
    kind: "CLIENT",
    name,
  });
}

function hex(random: Random): string {
  let text = "";
  for (const byte of random.bytes(8)) text += HEX[byte] ?? "";
  return text;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
