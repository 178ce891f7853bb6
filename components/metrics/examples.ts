/** Questions worth asking of a mesh: something to start from. */
export const examples = [
  {
    title: "Requests per second, by workload",
    query: 'sum by (destination_workload) (rate(istio_requests_total{reporter="destination"}[1m]))',
  },
  {
    title: "Share of requests over mutual TLS",
    query:
      'sum(rate(istio_requests_total{reporter="destination",connection_security_policy="mutual_tls"}[1m])) / sum(rate(istio_requests_total{reporter="destination"}[1m]))',
  },
  {
    title: "Error responses per second, by service and code",
    query:
      'sum by (destination_service_name, response_code) (rate(istio_requests_total{reporter="source",response_code!~"2.."}[1m]))',
  },
  {
    title: "95th percentile of the response time",
    query:
      'histogram_quantile(0.95, sum by (le, destination_workload) (rate(istio_request_duration_milliseconds_bucket{reporter="destination"}[1m])))',
  },
  { title: "What Prometheus scrapes, and whether it answers", query: "up" },
] as const;
