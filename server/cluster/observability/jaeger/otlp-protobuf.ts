// An ExportTraceServiceRequest in protobuf as the object that its JSON form would be (opentelemetry-proto
// collector/trace/v1, trace/v1, common/v1). What Jaeger does not show (dropped counts, flags) is left out.
import { MalformedMessage, wireFields } from "../../apimachinery/index.ts";
import { MAX_VALUE_DEPTH } from "./limits.ts";
import { MalformedSpans } from "./model.ts";

type Wire = number | Buffer;
type Read = (value: Wire) => unknown;

/** Field numbers of a message: its name in JSON, how it is read, and whether it comes more than once. */
type Shape = Readonly<Record<number, readonly [name: string, read: Read, many?: "many"]>>;

/** Throws MalformedSpans. */
export function otlpObject(body: Buffer): unknown {
  try {
    return request(body);
  } catch (error) {
    if (error instanceof MalformedMessage)
      throw new MalformedSpans(`invalid protobuf: ${error.message}`, { cause: error });
    throw error;
  }
}

const message =
  (shape: Shape): Read =>
  (value) => {
    const found: Record<string, unknown> = {};
    for (const field of wireFields(bytesOf(value))) {
      const [name, read, many] = shape[field.number] ?? [];
      if (!name || !read) continue;
      const known = found[name];
      if (!many) found[name] = read(field.value);
      else if (Array.isArray(known)) known.push(read(field.value));
      else found[name] = [read(field.value)];
    }
    return found;
  };

function bytesOf(value: Wire): Buffer {
  if (typeof value === "number") throw new MalformedMessage("a number where a message should be");
  return value;
}

const text: Read = (value) => bytesOf(value).toString("utf8");
const hex: Read = (value) => bytesOf(value).toString("hex");
const base64: Read = (value) => bytesOf(value).toString("base64");
const enumeration: Read = (value) => value;
const integer: Read = (value) => String(value);
const boolean: Read = (value) => value !== 0;
const fixed64: Read = (value) => eight(value).readBigUInt64LE().toString();
const double: Read = (value) => eight(value).readDoubleLE();

function eight(value: Wire): Buffer {
  const bytes = bytesOf(value);
  if (bytes.length !== 8) throw new MalformedMessage("eight bytes are wanted");
  return bytes;
}

/** Values nest: lists of maps of lists; deeper than any sender means it, the rest is cut off. */
function anyValue(depth: number): Read {
  if (depth > MAX_VALUE_DEPTH) return () => ({ stringValue: "" });
  const within: Read = (value) => anyValue(depth + 1)(value);
  return message({
    1: ["stringValue", text],
    2: ["boolValue", boolean],
    3: ["intValue", integer],
    4: ["doubleValue", double],
    5: ["arrayValue", message({ 1: ["values", within, "many"] })],
    6: [
      "kvlistValue",
      message({ 1: ["values", message({ 1: ["key", text], 2: ["value", within] }), "many"] }),
    ],
    7: ["bytesValue", base64],
  });
}

const attribute = message({ 1: ["key", text], 2: ["value", anyValue(0)] });

const event = message({
  1: ["timeUnixNano", fixed64],
  2: ["name", text],
  3: ["attributes", attribute, "many"],
});
const link = message({ 1: ["traceId", hex], 2: ["spanId", hex] });

const span = message({
  1: ["traceId", hex],
  2: ["spanId", hex],
  3: ["traceState", text],
  4: ["parentSpanId", hex],
  5: ["name", text],
  6: ["kind", enumeration],
  7: ["startTimeUnixNano", fixed64],
  8: ["endTimeUnixNano", fixed64],
  9: ["attributes", attribute, "many"],
  11: ["events", event, "many"],
  13: ["links", link, "many"],
  15: ["status", message({ 2: ["message", text], 3: ["code", enumeration] })],
});

const scope = message({
  1: ["scope", message({ 1: ["name", text], 2: ["version", text] })],
  2: ["spans", span, "many"],
});

const request = message({
  1: [
    "resourceSpans",
    message({
      1: ["resource", message({ 1: ["attributes", attribute, "many"] })],
      2: ["scopeSpans", scope, "many"],
    }),
    "many",
  ],
});
