import type { Random } from "../../base/index.ts";
import type { HeaderMap } from "../http/headers.ts";
import { ActiveSpan, type SpanKind } from "./span.ts";
import type { Propagation } from "./trace-context.ts";

export interface SpanRequest {
  readonly headers: HeaderMap;
  readonly authority: string;
  readonly kind: SpanKind;
  /** What this proxy's own sampling says; a decision that came with the request goes first. */
  readonly traced: boolean;
}

/**
 * A span of its own for every proxy: a child of the span in the request, or a root whose trace id ends in its span id
 * (Envoy extensions/tracers/zipkin/tracer.cc, shared_span_context false). Undefined: the context is malformed.
 */
export function startSpan(
  request: SpanRequest,
  propagation: Propagation,
  random: Random,
): ActiveSpan | undefined {
  const incoming = propagation.extract(request.headers);
  if (incoming === "malformed") return undefined;
  const sampled = incoming.sampled ?? request.traced;
  const spanId = hex(random);
  const { parent } = incoming;
  const context = parent
    ? { traceId: parent.traceId, spanId, parentId: parent.spanId, sampled }
    : { traceId: `${hex(random)}${spanId}`, spanId, parentId: undefined, sampled };
  return new ActiveSpan({ context, propagation, kind: request.kind, name: request.authority });
}

function hex(random: Random): string {
  let text = "";
  for (const byte of random.bytes(8)) text += HEX[byte] ?? "";
  return text;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
