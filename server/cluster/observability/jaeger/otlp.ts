// OTLP to Jaeger spans, following OpenTelemetry's pkg/translator/jaeger: JSON, or what protobuf was read into.
import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from "../../apimachinery/index.ts";
import type { Interner } from "./intern.ts";
import { MAX_SPAN_LOGS, MAX_SPAN_TAGS } from "./limits.ts";
import {
  MalformedSpans,
  NO_SERVICE_NAME,
  type Process,
  type Reference,
  type Span,
  spanIdOf,
  type Tag,
  text,
  traceIdOf,
} from "./model.ts";
import { parseJson } from "./zipkin.ts";

/** Numbers as the protocol has them; some exporters write the enum's name. */
const KINDS: readonly (string | undefined)[] = [
  undefined,
  "internal",
  "server",
  "client",
  "producer",
  "consumer",
];

/** Throws MalformedSpans. */
export const readOtlpSpans = (body: string, interner: Interner): readonly Span[] =>
  otlpSpans(parseJson(body), interner);

/** Throws MalformedSpans. */
export function otlpSpans(parsed: unknown, interner: Interner): readonly Span[] {
  if (!isObject(parsed)) throw new MalformedSpans("expected an ExportTraceServiceRequest");
  return arrayOf(parsed.resourceSpans).flatMap((one) => {
    const resource = objectOf(one);
    const process = processOf(objectOf(resource.resource), interner);
    const scopes = [...arrayOf(resource.scopeSpans), ...arrayOf(resource.instrumentationLibrarySpans)];
    return scopes.flatMap((scope) => {
      const { spans, scope: library } = objectOf(scope);
      return arrayOf(spans).map((span) =>
        spanOf(objectOf(span), { process, library: objectOf(library), interner }),
      );
    });
  });
}

interface Around {
  readonly process: Process;
  readonly library: JsonObject;
  readonly interner: Interner;
}

function spanOf(source: JsonObject, around: Around): Span {
  const traceID = traceIdOf(stringOf(source.traceId));
  const spanID = spanIdOf(stringOf(source.spanId));
  if (!traceID || !spanID) throw new MalformedSpans("a span without a valid traceId and spanId");
  const start = microseconds(source.startTimeUnixNano);
  const parent = spanIdOf(stringOf(source.parentSpanId));
  const references: Reference[] = parent ? [{ refType: "CHILD_OF", traceID, spanID: parent }] : [];
  for (const link of arrayOf(source.links).slice(0, MAX_SPAN_LOGS)) {
    const linkedTrace = traceIdOf(stringOf(objectOf(link).traceId));
    const linkedSpan = spanIdOf(stringOf(objectOf(link).spanId));
    if (linkedTrace && linkedSpan)
      references.push({ refType: "FOLLOWS_FROM", traceID: linkedTrace, spanID: linkedSpan });
  }
  return {
    traceID,
    spanID,
    operationName: around.interner.of(stringOf(source.name)),
    references,
    startTime: start,
    duration: Math.max(0, microseconds(source.endTimeUnixNano) - start),
    tags: tagsOf(source, around),
    logs: arrayOf(source.events)
      .slice(0, MAX_SPAN_LOGS)
      .map((event) => eventOf(objectOf(event), around.interner)),
    process: around.process,
  };
}

function tagsOf(source: JsonObject, { library, interner }: Around): readonly Tag[] {
  const tags: Tag[] = [];
  if (stringOf(library.name)) tags.push(text("otel.library.name", stringOf(library.name)));
  if (stringOf(library.version)) tags.push(text("otel.library.version", stringOf(library.version)));
  tags.push(...attributes(source.attributes, interner));
  const kind =
    typeof source.kind === "number"
      ? KINDS[source.kind]
      : stringOf(source.kind).replace("SPAN_KIND_", "").toLowerCase();
  if (kind && kind !== "unspecified") tags.push(text("span.kind", kind));
  const status = objectOf(source.status);
  if (status.code === 1 || status.code === "STATUS_CODE_OK") tags.push(text("otel.status_code", "OK"));
  if (status.code === 2 || status.code === "STATUS_CODE_ERROR")
    tags.push(text("otel.status_code", "ERROR"), { key: "error", type: "bool", value: true });
  if (stringOf(status.message)) tags.push(text("otel.status_description", stringOf(status.message)));
  if (stringOf(source.traceState)) tags.push(text("w3c.tracestate", stringOf(source.traceState)));
  return tags;
}

function eventOf(event: JsonObject, interner: Interner) {
  const name = stringOf(event.name);
  const fields = attributes(event.attributes, interner);
  return {
    timestamp: microseconds(event.timeUnixNano),
    fields: name ? [text("message", name), ...fields] : fields,
  };
}

function processOf(resource: JsonObject, interner: Interner): Process {
  const all = attributes(resource.attributes, interner);
  const service = all.find((tag) => tag.key === "service.name");
  const none = all.length === 0 ? NO_SERVICE_NAME : "";
  return {
    serviceName: String(service?.value ?? none),
    tags: all.filter((tag) => tag !== service),
  };
}

function attributes(list: unknown, interner: Interner): Tag[] {
  return arrayOf(list)
    .slice(0, MAX_SPAN_TAGS)
    .map((one) => {
      const { key, value } = objectOf(one);
      return tagOf(interner.of(stringOf(key)), objectOf(value), interner);
    });
}

function tagOf(key: string, value: JsonObject, interner: Interner): Tag {
  if (typeof value.boolValue === "boolean") return { key, type: "bool", value: value.boolValue };
  // 64-bit integers are written as text in JSON.
  if (value.intValue !== undefined) return { key, type: "int64", value: Number(value.intValue) };
  if (typeof value.doubleValue === "number") return { key, type: "float64", value: value.doubleValue };
  if (typeof value.stringValue === "string") return text(key, interner.of(value.stringValue));
  return text(key, interner.of(JSON.stringify(value)));
}

function microseconds(nanoseconds: unknown): number {
  if (typeof nanoseconds !== "string" && typeof nanoseconds !== "number") return 0;
  const digits = String(nanoseconds);
  return /^\d{1,20}$/.test(digits) ? Number(BigInt(digits) / 1000n) : 0;
}
