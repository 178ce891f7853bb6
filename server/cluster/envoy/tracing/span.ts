import type { CustomTag } from "../../xds/index.ts";
import type { HeaderMap } from "../http/headers.ts";
import type { StreamInfo } from "../stream-info.ts";
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

export interface SpanFacts {
  readonly info: StreamInfo;
  readonly request: HeaderMap;
  readonly customTags: readonly CustomTag[];
  readonly nodeId: string;
  /** Name of the upstream cluster in statistics. */
  readonly statName: string;
  readonly environment: (name: string) => string | undefined;
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

  finish(facts: SpanFacts): FinishedSpan {
    return {
      context: this.context,
      name: this.name,
      kind: this.of.kind,
      begun: Math.round(facts.info.started * 1000),
      duration: Math.max(1, Math.round(facts.info.duration * 1000)),
      tags: tagsOf(facts),
    };
  }
}

const MAX_PATH = 256; // max_path_tag_length

/** Envoy's tags in its order (tracing/http_tracer_impl.cc finalizeDownstreamSpan), then those of the configuration. */
function tagsOf({ info, request, customTags, nodeId, statName, environment }: SpanFacts): [string, string][] {
  const orDash = (name: string) => request.get(name) ?? "-";
  const path = request.get("x-envoy-original-path") ?? info.path;
  const tags: [string, string][] = [
    ["node_id", nodeId],
    ["zone", ""],
    ["guid:x-request-id", request.get("x-request-id") ?? ""],
    ["http.url", `${request.get("x-forwarded-proto") ?? ""}://${info.authority}${path.slice(0, MAX_PATH)}`],
    ["http.method", info.method],
    ["downstream_cluster", orDash("x-envoy-downstream-service-cluster")],
    ["user_agent", orDash("user-agent")],
    ["http.protocol", info.protocol],
    ["peer.address", info.downstream.remoteAddress],
  ];
  if (info.grpc)
    tags.push(
      ["grpc.path", info.path],
      ["grpc.authority", info.authority],
      ["grpc.content_type", request.get("content-type") ?? ""],
    );
  tags.push(
    ["request_size", String(info.bytesReceived)],
    ["response_size", String(info.bytesSent)],
    ["component", "proxy"],
  );
  if (info.upstreamCluster)
    tags.push(["upstream_cluster", info.upstreamCluster], ["upstream_cluster.name", statName]);
  tags.push(["http.status_code", String(info.responseCode)], ["response_flags", info.flagText]);
  if (info.grpc && info.grpcStatus !== "") tags.push(["grpc.status_code", info.grpcStatus]);
  if (info.responseCode === 0 || info.responseCode >= 500) tags.push(["error", "true"]);
  for (const tag of customTags) {
    const value = customValue(tag, request, environment);
    if (value !== undefined && value !== "") tags.push([tag.tag, value]);
  }
  return tags;
}

function customValue(
  tag: CustomTag,
  request: HeaderMap,
  environment: (name: string) => string | undefined,
): string | undefined {
  if (tag.literal) return tag.literal.value;
  if (tag.environment) return environment(tag.environment.name) ?? tag.environment.defaultValue;
  if (tag.requestHeader)
    return request.get(tag.requestHeader.name.toLowerCase()) ?? tag.requestHeader.defaultValue;
  return undefined;
}
