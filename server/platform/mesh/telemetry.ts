import { rate, selector, sumBy } from "./promql/build.ts";
import type { Query, Sample } from "./promql/prometheus.ts";

/** What proxies counted in the window, by both ends. */
export interface Telemetry {
  readonly httpBySource: readonly Sample[];
  readonly httpByDestination: readonly Sample[];
  readonly tcpBySource: readonly Sample[];
  readonly tcpByDestination: readonly Sample[];
}

export const noTelemetry: Telemetry = {
  httpBySource: [],
  httpByDestination: [],
  tcpBySource: [],
  tcpByDestination: [],
};

const ends = [
  "source_workload",
  "source_workload_namespace",
  "destination_workload",
  "destination_workload_namespace",
  "destination_service_name",
  "destination_service_namespace",
];
const requests = ["request_protocol", "response_code", "grpc_response_status"];
// Only the destination knows: the source's value is always "unknown".
const security = "connection_security_policy";

/**
 * Follows Kiali's reading of the same series (graph/telemetry/istio/istio.go): what destinations report, which alone
 * know about mutual TLS and see callers without a proxy, and what sources report, which alone see failures that never
 * arrived and targets without a proxy.
 */
export async function readTelemetry(query: Query, windowSeconds: number): Promise<Telemetry> {
  const http = (reporter: string, labels: readonly string[]) =>
    query(sumBy(rate(selector("istio_requests_total", { reporter }), windowSeconds), labels));
  const tcp = (reporter: string, labels: readonly string[]) =>
    query(sumBy(rate(selector("istio_tcp_sent_bytes_total", { reporter }), windowSeconds), labels));
  const [httpBySource, httpByDestination, tcpBySource, tcpByDestination] = await Promise.all([
    http("source", [...ends, ...requests]),
    http("destination", [...ends, ...requests, security]),
    tcp("source", ends),
    tcp("destination", [...ends, security]),
  ]);
  return { httpBySource, httpByDestination, tcpBySource, tcpByDestination };
}
