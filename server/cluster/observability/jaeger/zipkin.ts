// Zipkin v2 JSON to Jaeger spans, as Jaeger's collector does it: through OpenTelemetry's zipkinreceiver
// (pkg/translator/zipkin/zipkinv2) and then its Jaeger translation (pkg/translator/jaeger). Links in tags are left out.
import { arrayOf, isArray, isObject, type JsonObject, objectOf, stringOf } from "../../apimachinery/index.ts";
import type { Interner } from "./intern.ts";
import { MAX_SPAN_LOGS, MAX_SPAN_TAGS } from "./limits.ts";
import {
  MalformedSpans,
  NO_SERVICE_NAME,
  type Process,
  type Span,
  type SpanLog,
  spanIdOf,
  type Tag,
  text,
  traceIdOf,
} from "./model.ts";

const KINDS: Readonly<Record<string, string>> = {
  CLIENT: "client",
  SERVER: "server",
  PRODUCER: "producer",
  CONSUMER: "consumer",
};

/** Throws MalformedSpans; its messages are zipkin-go's where that checks. */
export function readZipkinSpans(body: string, interner: Interner): readonly Span[] {
  const parsed = parseJson(body);
  if (!isArray(parsed))
    throw new MalformedSpans("json: cannot unmarshal object into Go value of type []*model.SpanModel");
  return parsed.filter(isObject).map((one) => spanOf(one, interner));
}

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new MalformedSpans(
      body.trim() === "" ? "unexpected end of JSON input" : `invalid JSON: ${message(cause)}`,
      {
        cause,
      },
    );
  }
}

const message = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

function spanOf(source: JsonObject, interner: Interner): Span {
  const traceID = traceIdOf(stringOf(source.traceId));
  if (!traceID) throw new MalformedSpans("valid traceId required");
  const spanID = spanIdOf(stringOf(source.id));
  if (!spanID) throw new MalformedSpans("valid span id required");
  const duration = numberOf(source.duration);
  if (duration < 0) throw new MalformedSpans("valid duration required");
  const parent = spanIdOf(stringOf(source.parentId));
  const startTime = numberOf(source.timestamp);
  return {
    traceID,
    spanID,
    operationName: interner.of(stringOf(source.name)),
    references: parent && parent !== spanID ? [{ refType: "CHILD_OF", traceID, spanID: parent }] : [],
    startTime,
    duration,
    tags: tagsOf(source, interner),
    logs: logsOf(source),
    process: processOf(objectOf(source.localEndpoint), interner),
  };
}

function processOf(endpoint: JsonObject, interner: Interner): Process {
  return { serviceName: interner.of(stringOf(endpoint.serviceName) || NO_SERVICE_NAME), tags: [] };
}

function tagsOf(source: JsonObject, interner: Interner): readonly Tag[] {
  const tags: Tag[] = [];
  const { error, "span.kind": kindTag, ...rest } = objectOf(source.tags);
  const put = (key: string, value: string) => tags.push(text(interner.of(key), interner.of(value)));
  for (const [key, value] of Object.entries(rest).slice(0, MAX_SPAN_TAGS)) put(key, String(value));
  // Only the text "true" is a status; any other value of `error` stays a tag.
  if (error !== undefined && error !== "true") put("error", String(error));
  endpointTags(objectOf(source.localEndpoint), { ip: "net.host.ip", port: "net.host.port" }, tags);
  const remote = objectOf(source.remoteEndpoint);
  if (stringOf(remote.serviceName)) put("peer.service", stringOf(remote.serviceName));
  endpointTags(remote, { ip: "net.peer.ip", port: "net.peer.port" }, tags);
  if (numberOf(source.timestamp) === 0)
    tags.push({ key: "otel.zipkin.absentField.startTime", type: "bool", value: true });
  const kind = KINDS[stringOf(source.kind)] ?? (kindTag === "internal" ? "internal" : undefined);
  if (kind) put("span.kind", kind);
  if (error === "true") {
    put("otel.status_code", "ERROR");
    tags.push({ key: "error", type: "bool", value: true });
  }
  return tags;
}

function endpointTags(endpoint: JsonObject, names: { ip: string; port: string }, tags: Tag[]): void {
  const ip = stringOf(endpoint.ipv4) || stringOf(endpoint.ipv6);
  if (ip) tags.push(text(names.ip, ip));
  const port = numberOf(endpoint.port);
  if (port > 0) tags.push({ key: names.port, type: "int64", value: port });
}

function logsOf(source: JsonObject): readonly SpanLog[] {
  return arrayOf(source.annotations)
    .slice(0, MAX_SPAN_LOGS)
    .map((one) => {
      const annotation = objectOf(one);
      const name = stringOf(annotation.value).split("|")[0] ?? "";
      return {
        timestamp: numberOf(annotation.timestamp),
        fields: name ? [text("message", name)] : [],
      };
    });
}

function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? Math.trunc(value) : 0;
}
