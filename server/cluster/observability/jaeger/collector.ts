// What Jaeger's collector takes in: Zipkin v2 JSON (Envoy's tracer) on 9411, OTLP by HTTP (JSON or protobuf) on 4318,
// OTLP by gRPC on 4317.
import {
  GRPC,
  type GrpcHandle,
  type Handle,
  type HttpAnswer,
  json,
  pageNotFound,
  plain,
} from "../http/index.ts";
import { Interner } from "./intern.ts";
import { MalformedSpans, type Span } from "./model.ts";
import { otlpSpans, readOtlpSpans } from "./otlp.ts";
import { otlpObject } from "./otlp-protobuf.ts";
import type { SpanStore } from "./span-store.ts";
import { readZipkinSpans } from "./zipkin.ts";

const unsupported = (what: string): HttpAnswer =>
  plain(`${what} is not supported by the practice cluster's Jaeger\n`, 415);

const EXPORT_PATH = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

export class Collector {
  private readonly interner = new Interner();
  readonly receivedBy = { zipkin: 0, otlp: 0 };

  constructor(private readonly store: SpanStore) {}

  /** OpenTelemetry's zipkinreceiver: 202 without a body, 400 with the reason. */
  readonly zipkin: Handle = ({ method, path, headers, body }) => {
    if (path === "/health") return json({ status: "UP" });
    if (path !== "/api/v2/spans" && path !== "/api/v1/spans") return pageNotFound;
    if (method !== "POST") return plain("405 method not allowed, supported: [POST]", 405);
    if (path === "/api/v1/spans") return unsupported("the Zipkin v1 format");
    if (headers["content-type"] === "application/x-protobuf")
      return unsupported("Zipkin's protobuf encoding");
    return this.take("zipkin", () => readZipkinSpans(body.toString("utf8"), this.interner), {
      taken: { status: 202, type: "text/plain; charset=utf-8", body: "" },
      refused: (message) => plain(`${message}\n`, 400),
    });
  };

  /** OTLP/HTTP: 200 with an empty partial success; 400 carries a google.rpc.Status. */
  readonly otlp: Handle = ({ method, path, headers, body }) => {
    if (path !== "/v1/traces") return pageNotFound;
    if (method !== "POST") return plain("405 method not allowed, supported: [POST]", 405);
    const type = String(headers["content-type"] ?? "").split(";")[0];
    if (type === "application/x-protobuf")
      return this.take("otlp", () => otlpSpans(otlpObject(body), this.interner), {
        taken: { status: 200, type, body: "" },
        refused: (message) => plain(`${message}\n`, 400),
      });
    if (type !== "application/json")
      return plain("415 unsupported media type, supported: [application/json, application/x-protobuf]", 415);
    return this.take("otlp", () => readOtlpSpans(body.toString("utf8"), this.interner), {
      taken: json({ partialSuccess: {} }),
      refused: (message) => json({ code: 3, message }, 400),
    });
  };

  /** opentelemetry.proto.collector.trace.v1.TraceService: an empty answer is a full success. */
  readonly otlpGrpc: GrpcHandle = (path, message) => {
    if (path !== EXPORT_PATH) {
      const service = path.split("/")[1] ?? "";
      return { code: GRPC.unimplemented, message: `unknown service ${service}` };
    }
    return this.take<ReturnType<GrpcHandle>>("otlp", () => otlpSpans(otlpObject(message), this.interner), {
      taken: { code: GRPC.ok },
      refused: (reason) => ({ code: GRPC.invalidArgument, message: reason }),
    });
  };

  /** Nothing of a body is kept when a part of it is malformed. */
  private take<Answer>(
    format: "zipkin" | "otlp",
    read: () => readonly Span[],
    answers: { readonly taken: Answer; readonly refused: (message: string) => Answer },
  ): Answer {
    let spans: readonly Span[];
    try {
      spans = read();
    } catch (error) {
      if (error instanceof MalformedSpans) return answers.refused(error.message);
      throw error;
    }
    for (const span of spans) this.store.add(span);
    this.receivedBy[format] += spans.length;
    return answers.taken;
  }
}
