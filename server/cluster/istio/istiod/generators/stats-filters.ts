import { type HttpFilter, ISTIO_FILTER_TYPE, type NetworkFilter } from "../../../xds/index.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { type MetricPlan, metrics, type Side, telemetriesOf } from "../push/telemetry.ts";

const TYPED_STRUCT = "type.googleapis.com/udpa.type.v1.TypedStruct";

const PROMETHEUS_NAMES: Readonly<Record<string, string>> = {
  REQUEST_COUNT: "requests_total",
  REQUEST_DURATION: "request_duration_milliseconds",
  REQUEST_SIZE: "request_bytes",
  RESPONSE_SIZE: "response_bytes",
  TCP_OPENED_CONNECTIONS: "tcp_connections_opened_total",
  TCP_CLOSED_CONNECTIONS: "tcp_connections_closed_total",
  TCP_SENT_BYTES: "tcp_sent_bytes_total",
  TCP_RECEIVED_BYTES: "tcp_received_bytes_total",
  GRPC_REQUEST_MESSAGES: "request_messages_total",
  GRPC_RESPONSE_MESSAGES: "response_messages_total",
};

interface Scope {
  readonly proxy: MeshProxy;
  readonly push: PushContext;
  readonly side: Side;
}

/** stats.PluginConfig as Telemetry's overrides make it; undefined where metrics are off. Follows generateStatsConfig. */
function pluginConfig({ proxy, push, side }: Scope): { readonly metrics?: readonly object[] } | undefined {
  const plan = metrics(telemetriesOf(proxy, push), push, side);
  if (plan.disabled) return undefined;
  return plan.overrides.length > 0 ? { metrics: plan.overrides.map(metricConfig) } : {};
}

function metricConfig({ metric, drop, remove, dimensions }: MetricPlan): object {
  return {
    name: PROMETHEUS_NAMES[metric] ?? metric,
    ...(drop ? { drop } : {}),
    ...(Object.keys(dimensions).length > 0 ? { dimensions } : {}),
    ...(remove.length > 0 ? { tags_to_remove: remove } : {}),
  };
}

/** `disable_host_header_fallback`: a server or gateway must not take a metric label from what a client writes. */
export function httpStats(scope: Scope & { readonly hostFallback: boolean }): readonly HttpFilter[] {
  const config = pluginConfig(scope);
  if (!config) return [];
  const value = { ...(scope.hostFallback ? {} : { disable_host_header_fallback: true }), ...config };
  return [
    { name: "istio.stats", typedConfig: { "@type": TYPED_STRUCT, typeUrl: ISTIO_FILTER_TYPE.stats, value } },
  ];
}

export function tcpStats(scope: Scope): readonly NetworkFilter[] {
  const value = pluginConfig(scope);
  if (!value) return [];
  return [
    { name: "istio.stats", typedConfig: { "@type": TYPED_STRUCT, typeUrl: ISTIO_FILTER_TYPE.stats, value } },
  ];
}
