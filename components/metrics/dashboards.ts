import type { Unit } from "../chart/index.ts";

export interface Panel {
  readonly title: string;
  /** `$name` stands for the chosen workload or service, `$namespace` for its namespace. */
  readonly query: string;
  readonly unit: Unit;
  readonly form: "value" | "lines";
  /** How a line is called: "{label}" is replaced. Absent: all its labels. */
  readonly legend?: string;
}

export interface Dashboard {
  readonly id: "mesh" | "service" | "workload" | "control-plane";
  readonly title: string;
  /** Labels by whose values one thing is chosen. */
  readonly subject?: { readonly name: string; readonly namespace: string };
  readonly panels: readonly Panel[];
}

const quantile = (q: number, match: string, by = "") =>
  `histogram_quantile(${q}, sum by (le${by}) (rate(istio_request_duration_milliseconds_bucket{${match}}[1m])))`;
const share = (good: string, all: string) =>
  `sum(rate(istio_requests_total{${good}}[1m])) / sum(rate(istio_requests_total{${all}}[1m]))`;

const all = 'reporter="source"';
const service = 'destination_service_name="$name",destination_service_namespace="$namespace"';
const inbound =
  'reporter="destination",destination_workload="$name",destination_workload_namespace="$namespace"';
const outbound = 'reporter="source",source_workload="$name",source_workload_namespace="$namespace"';

const value = (title: string, query: string, unit: Unit): Panel => ({ title, query, unit, form: "value" });
const lines = (title: string, query: string, more: { unit: Unit; legend?: string }): Panel => ({
  ...{ title, query, form: "lines" as const },
  ...more,
});

/** The questions of Istio's own dashboards, in our words; every panel is a query the learner can open and change. */
export const dashboards: readonly Dashboard[] = [
  {
    id: "mesh",
    title: "Mesh",
    panels: [
      value("Requests", `sum(rate(istio_requests_total{${all}}[1m]))`, "per-second"),
      value("Without a 5xx", share(`${all},response_code!~"5.."`, all), "percent"),
      value(
        "4xx",
        `sum(rate(istio_requests_total{${all},response_code=~"4.."}[1m])) or vector(0)`,
        "per-second",
      ),
      value(
        "5xx",
        `sum(rate(istio_requests_total{${all},response_code=~"5.."}[1m])) or vector(0)`,
        "per-second",
      ),
      lines(
        "Requests by workload",
        'sum by (destination_workload, destination_workload_namespace) (rate(istio_requests_total{reporter="destination"}[1m]))',
        {
          unit: "per-second",
          legend: "{destination_workload}.{destination_workload_namespace}",
        },
      ),
      lines(
        "Response time, p95, by workload",
        quantile(0.95, 'reporter="destination"', ", destination_workload"),
        {
          unit: "ms",
          legend: "{destination_workload}",
        },
      ),
      lines(
        "Requests by connection security",
        'sum by (connection_security_policy) (rate(istio_requests_total{reporter="destination"}[1m]))',
        {
          unit: "per-second",
          legend: "{connection_security_policy}",
        },
      ),
      lines("Answers by response code", `sum by (response_code) (rate(istio_requests_total{${all}}[1m]))`, {
        unit: "per-second",
        legend: "{response_code}",
      }),
    ],
  },
  {
    id: "service",
    title: "Service",
    subject: { name: "destination_service_name", namespace: "destination_service_namespace" },
    panels: [
      value(
        "Requests, as callers see them",
        `sum(rate(istio_requests_total{reporter="source",${service}}[1m]))`,
        "per-second",
      ),
      value(
        "Without a 5xx, as callers see it",
        share(`reporter="source",${service},response_code!~"5.."`, `reporter="source",${service}`),
        "percent",
      ),
      value("p50", quantile(0.5, `reporter="destination",${service}`), "ms"),
      value("p99", quantile(0.99, `reporter="destination",${service}`), "ms"),
      lines(
        "Requests by caller",
        `sum by (source_workload, response_code) (rate(istio_requests_total{reporter="destination",${service}}[1m]))`,
        {
          unit: "per-second",
          legend: "{source_workload} → {response_code}",
        },
      ),
      lines(
        "Requests by version that answered",
        `sum by (destination_workload, destination_version) (rate(istio_requests_total{reporter="destination",${service}}[1m]))`,
        {
          unit: "per-second",
          legend: "{destination_workload} ({destination_version})",
        },
      ),
      lines(
        "Response flags",
        `sum by (response_flags) (rate(istio_requests_total{reporter="source",${service}}[1m]))`,
        {
          unit: "per-second",
          legend: "{response_flags}",
        },
      ),
      lines(
        "Response time by version, p95",
        quantile(0.95, `reporter="destination",${service}`, ", destination_version"),
        {
          unit: "ms",
          legend: "{destination_version}",
        },
      ),
    ],
  },
  {
    id: "workload",
    title: "Workload",
    subject: { name: "destination_workload", namespace: "destination_workload_namespace" },
    panels: [
      value("Incoming", `sum(rate(istio_requests_total{${inbound}}[1m]))`, "per-second"),
      value("Without a 5xx", share(`${inbound},response_code!~"5.."`, inbound), "percent"),
      value(
        "Over mutual TLS",
        share(`${inbound},connection_security_policy="mutual_tls"`, inbound),
        "percent",
      ),
      value("p95", quantile(0.95, inbound), "ms"),
      lines(
        "Incoming by caller",
        `sum by (source_workload, response_code) (rate(istio_requests_total{${inbound}}[1m]))`,
        {
          unit: "per-second",
          legend: "{source_workload} → {response_code}",
        },
      ),
      lines(
        "Outgoing by service",
        `sum by (destination_service_name, response_code) (rate(istio_requests_total{${outbound}}[1m]))`,
        {
          unit: "per-second",
          legend: "{destination_service_name} → {response_code}",
        },
      ),
      lines(
        "Incoming by connection security",
        `sum by (connection_security_policy) (rate(istio_requests_total{${inbound}}[1m]))`,
        {
          unit: "per-second",
          legend: "{connection_security_policy}",
        },
      ),
      lines("Response time by caller, p95", quantile(0.95, inbound, ", source_workload"), {
        unit: "ms",
        legend: "{source_workload}",
      }),
    ],
  },
];

/** A PromQL string's content: quotes and backslashes escaped. */
const quoted = (text: string) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');

export function fillIn(
  query: string,
  subject: { readonly name: string; readonly namespace: string } | undefined,
): string {
  if (!subject) return query;
  return query.replaceAll("$namespace", quoted(subject.namespace)).replaceAll("$name", quoted(subject.name));
}

export function legendOf(legend: string, labels: Readonly<Record<string, string>>): string {
  return legend.replaceAll(/\{(\w+)\}/g, (_all, label: string) => labels[label] || "–");
}
