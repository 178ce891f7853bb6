// Spans as OpenTelemetry's protocol has them, in protobuf (opentelemetry-proto trace/v1/trace.proto): what Envoy's
// exporters send, by HTTP as it is, by gRPC with five bytes before it.
import type { FinishedSpan } from "./span.ts";

const KIND = { SERVER: 2, CLIENT: 3 } as const;

/** An ExportTraceServiceRequest. */
export function otlpRequest(
  spans: readonly FinishedSpan[],
  resource: Readonly<Record<string, string>>,
): Buffer {
  const attributes = Object.entries(resource).map(([key, value]) => bytes(1, keyValue(key, value)));
  const scope = spans.map((span) => bytes(2, message(spanFields(span))));
  return message([bytes(1, message([bytes(1, message(attributes)), bytes(2, message(scope))]))]);
}

/** A message of a gRPC stream: not compressed, its length, itself. */
export function grpcFrame(body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

function spanFields({ context, name, kind, begun, duration, tags }: FinishedSpan): Buffer[] {
  return [
    bytes(1, Buffer.from(context.traceId.padStart(32, "0"), "hex")),
    bytes(2, Buffer.from(context.spanId, "hex")),
    ...(context.state ? [text(3, context.state)] : []),
    ...(context.parentId ? [bytes(4, Buffer.from(context.parentId, "hex"))] : []),
    text(5, name),
    Buffer.concat([tagOf(6, 0), varint(KIND[kind])]),
    nanoseconds(7, begun),
    nanoseconds(8, begun + duration),
    ...tags.map(([key, value]) => bytes(9, keyValue(key, value))),
  ];
}

const message = (fields: readonly Buffer[]) => Buffer.concat(fields);

const keyValue = (key: string, value: string) => message([text(1, key), bytes(2, text(1, value))]);

const text = (field: number, value: string) => bytes(field, Buffer.from(value));

const bytes = (field: number, value: Buffer) => Buffer.concat([tagOf(field, 2), varint(value.length), value]);

function nanoseconds(field: number, microseconds: number): Buffer {
  const fixed = Buffer.alloc(8);
  fixed.writeBigUInt64LE(BigInt(Math.round(microseconds)) * 1000n);
  return Buffer.concat([tagOf(field, 1), fixed]);
}

const tagOf = (field: number, wireType: number) => varint(field * 8 + wireType);

function varint(value: number): Buffer {
  const found: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...found, rest]);
    found.push((rest % 128) + 128);
  }
}
