import type { MeshGraphRequest } from "../../contracts/index.ts";
import { quantileBy, rate, selector, sumBy } from "./promql/build.ts";
import type { Query, Sample } from "./promql/prometheus.ts";

/** What proxies counted in the window, by both ends. */
export interface Telemetry {
  readonly httpBySource: readonly Sample[];
  readonly httpByDestination: readonly Sample[];
  readonly tcpBySource: readonly Sample[];
  readonly tcpByDestination: readonly Sample[];
  /** Milliseconds; callers' and targets' proxies apart. Empty unless asked for. */
  readonly responseTimes: readonly QuantileSamples[];
  /** Bytes of bodies per second. Empty unless asked for. */
  readonly requestBytes: readonly Sample[];
  readonly responseBytes: readonly Sample[];
}

export const quantiles = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
export type Quantile = keyof typeof quantiles;

export interface QuantileSamples {
  readonly quantile: Quantile;
  readonly samples: readonly Sample[];
}

export const noTelemetry: Telemetry = {
  httpBySource: [],
  httpByDestination: [],
  tcpBySource: [],
  tcpByDestination: [],
  responseTimes: [],
  requestBytes: [],
  responseBytes: [],
};

const ends = [
  "source_workload",
  "source_workload_namespace",
  "destination_workload",
  "destination_workload_namespace",
  "destination_service",
  "destination_service_name",
  "destination_service_namespace",
];
const requests = ["request_protocol", "response_code", "grpc_response_status", "response_flags"];
// Only the destination knows: the source's value is always "unknown".
const security = "connection_security_policy";

/**
 * Follows Kiali's reading of the same series (graph/telemetry/istio/istio.go): what destinations report, which alone
 * know about mutual TLS and see callers without a proxy, and what sources report, which alone see failures that never
 * arrived and targets without a proxy.
 */
export async function readTelemetry(query: Query, request: MeshGraphRequest): Promise<Telemetry> {
  const { windowSeconds, at, include = [] } = request;
  const ask = (promql: string) => query(promql, at);
  const perSecond = (metric: string, reporter: string) => rate(selector(metric, { reporter }), windowSeconds);
  const http = (reporter: string, labels: readonly string[]) =>
    ask(sumBy(perSecond("istio_requests_total", reporter), labels));
  const tcp = (reporter: string, labels: readonly string[]) =>
    ask(sumBy(perSecond("istio_tcp_sent_bytes_total", reporter), labels));
  const [httpBySource, httpByDestination, tcpBySource, tcpByDestination, responseTimes, bytes] =
    await Promise.all([
      http("source", [...ends, ...requests]),
      http("destination", [...ends, ...requests, security]),
      tcp("source", ends),
      tcp("destination", [...ends, security]),
      include.includes("response-time") ? readResponseTimes(ask, perSecond) : [],
      include.includes("throughput") ? readBytes(ask, perSecond) : [],
    ]);
  const [requestBytes = [], responseBytes = []] = bytes;
  const counted = { httpBySource, httpByDestination, tcpBySource, tcpByDestination };
  return { ...counted, responseTimes, requestBytes, responseBytes };
}

type PerSecond = (metric: string, reporter: string) => string;
const byEdge = [...ends, "request_protocol"];
/** Targets see every request that arrives; callers come last, because what they measured goes first. */
const reporters = ["destination", "source"];

function readResponseTimes(ask: Query, perSecond: PerSecond): Promise<QuantileSamples[]> {
  const names: readonly Quantile[] = ["p50", "p95", "p99"];
  const wanted = reporters.flatMap((reporter) => names.map((quantile) => ({ reporter, quantile })));
  return Promise.all(
    wanted.map(async ({ reporter, quantile }) => {
      const buckets = perSecond("istio_request_duration_milliseconds_bucket", reporter);
      return { quantile, samples: await ask(quantileBy(quantiles[quantile], buckets, byEdge)) };
    }),
  );
}

function readBytes(ask: Query, perSecond: PerSecond): Promise<(readonly Sample[])[]> {
  const metrics = ["istio_request_bytes_sum", "istio_response_bytes_sum"];
  return Promise.all(metrics.map((metric) => ask(sumBy(perSecond(metric, "destination"), byEdge))));
}
