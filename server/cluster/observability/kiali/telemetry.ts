// The questions a graph asks of Prometheus, after Kiali's graph/telemetry/istio: traffic into the namespaces from unknown
// sources (seen by the destination), from other namespaces and from their own workloads (both seen by the source).
import type { GraphOptions } from "./graph-options.ts";
import type { Query, Sample } from "./prometheus.ts";

const GROUP = [
  "source_cluster",
  "source_workload_namespace",
  "source_workload",
  "source_canonical_service",
  "source_canonical_revision",
  "destination_cluster",
  "destination_service_namespace",
  "destination_service",
  "destination_service_name",
  "destination_workload_namespace",
  "destination_workload",
  "destination_canonical_service",
  "destination_canonical_revision",
];
const HTTP = [...GROUP, "request_protocol", "response_code", "grpc_response_status", "response_flags"];
const TCP = [...GROUP, "response_flags"];
const SECURITY = [...GROUP, "connection_security_policy", "source_principal", "destination_principal"];

export interface Telemetry {
  readonly http: readonly Sample[];
  readonly tcp: readonly Sample[];
  /** Seen by the destination, with connection_security_policy. */
  readonly security: readonly Sample[];
}

export async function readTelemetry(query: Query, options: GraphOptions): Promise<Telemetry> {
  const inside = options.namespaces.map((one) => one.replace(/[^a-z0-9.-]/gi, "")).join("|");
  const ask = (metric: string, filter: string, by: readonly string[]) =>
    query(
      `sum(rate(${metric}{${filter}}[${options.duration}s])) by (${by.join(",")}) > 0`,
      options.queryTime,
    );
  const three = async (metric: string, by: readonly string[]) => {
    const filters = [
      `reporter="destination",source_workload="unknown",destination_workload_namespace=~"${inside}"`,
      `reporter="source",source_workload_namespace!~"${inside}",destination_service_namespace=~"${inside}"`,
      `reporter="source",source_workload_namespace=~"${inside}"`,
    ];
    return (await Promise.all(filters.map((filter) => ask(metric, filter, by)))).flat();
  };
  const secured = (metric: string) =>
    ask(metric, `reporter="destination",destination_service_namespace=~"${inside}|unknown"`, SECURITY);
  const outgoing = (metric: string) =>
    ask(
      metric,
      `reporter="destination",source_workload_namespace=~"${inside}",destination_service_namespace!~"${inside}|unknown"`,
      SECURITY,
    );
  const [http, tcp, ...security] = await Promise.all([
    three("istio_requests_total", HTTP),
    three("istio_tcp_sent_bytes_total", TCP),
    secured("istio_requests_total"),
    outgoing("istio_requests_total"),
    secured("istio_tcp_sent_bytes_total"),
    outgoing("istio_tcp_sent_bytes_total"),
  ]);
  return { http, tcp, security: security.flat() };
}
