import type { CustomTag, Tracing } from "../../xds/index.ts";
import { formatLine } from "../access-log.ts";
import type { HeaderMap } from "../http/headers.ts";
import type { StreamInfo } from "../stream-info.ts";

export interface SpanFacts {
  readonly info: StreamInfo;
  readonly request: HeaderMap;
  readonly config: Tracing;
  readonly nodeId: string;
  /** Name of the upstream cluster in statistics. */
  readonly statName: string;
  readonly environment: (name: string) => string | undefined;
}

/** One try upstream. `begun` and `duration` in milliseconds, `status` 0 for none. */
export interface AttemptFacts {
  readonly info: StreamInfo;
  readonly statName: string;
  readonly endpoint: string;
  readonly protocol: string;
  readonly status: number;
  /** Tries before this one. */
  readonly retries: number;
  readonly begun: number;
  readonly duration: number;
}

type Tags = (readonly [string, string])[];

const MAX_PATH = 256; // max_path_tag_length

/** Envoy's tags in its order (tracing/http_tracer_impl.cc finalizeDownstreamSpan), then those of the configuration. */
export function requestTags(facts: SpanFacts): Tags {
  const { info, request, config, nodeId, statName } = facts;
  const orDash = (name: string) => request.get(name) ?? "-";
  const path = (request.get("x-envoy-original-path") ?? info.path).slice(
    0,
    config.maxPathTagLength ?? MAX_PATH,
  );
  const tags: Tags = [
    ["node_id", nodeId],
    ["zone", ""],
    ["guid:x-request-id", request.get("x-request-id") ?? ""],
    ["http.url", `${request.get("x-forwarded-proto") ?? ""}://${info.authority}${path}`],
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
  tags.push(["request_size", String(info.bytesReceived)], ["response_size", String(info.bytesSent)]);
  tags.push(...commonTags(info, statName, info.responseCode));
  for (const tag of config.customTags ?? []) {
    const value = customValue(tag, facts);
    if (value !== undefined && value !== "") tags.push([tag.tag, value]);
  }
  return tags;
}

/** finalizeUpstreamSpan, and what the router says of a retry. */
export function attemptTags({ info, statName, endpoint, protocol, status, retries }: AttemptFacts): Tags {
  return [
    ...(retries > 0 ? [["retry.count", String(retries)] as const] : []),
    ["http.protocol", protocol],
    ["upstream_address", endpoint],
    ["peer.address", endpoint],
    ...commonTags(info, statName, status),
  ];
}

function commonTags(info: StreamInfo, statName: string, status: number): Tags {
  const tags: Tags = [["component", "proxy"]];
  if (info.upstreamCluster)
    tags.push(["upstream_cluster", info.upstreamCluster], ["upstream_cluster.name", statName]);
  tags.push(["http.status_code", String(status)], ["response_flags", info.flagText]);
  if (info.grpc && info.grpcStatus !== "") tags.push(["grpc.status_code", info.grpcStatus]);
  if (status === 0 || status >= 500) tags.push(["error", "true"]);
  return tags;
}

function customValue(tag: CustomTag, { info, request, environment }: SpanFacts): string | undefined {
  if (tag.literal) return tag.literal.value;
  if (tag.environment) return environment(tag.environment.name) ?? tag.environment.defaultValue;
  if (tag.requestHeader)
    return request.get(tag.requestHeader.name.toLowerCase()) ?? tag.requestHeader.defaultValue;
  // What is not there is no tag, where a log line has a dash.
  const value = tag.value === undefined ? undefined : formatLine(tag.value, { info, request });
  return value === "-" ? undefined : value;
}
