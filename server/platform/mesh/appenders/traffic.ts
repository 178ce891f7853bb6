import { MapBuilder } from "../map-builder.ts";
import type { Sample } from "../promql/prometheus.ts";
import type { Scope } from "../scope.ts";
import type { ServiceIndex } from "../service-index.ts";
import type { Service } from "../snapshot-types.ts";
import type { Telemetry } from "../telemetry.ts";
import { edgeId, type Protocol, type Rates, type TrafficEdge, type TrafficMap } from "../traffic-map.ts";

/** Adds what was counted in the window. An edge that was only configured becomes one that was seen. */
export function appendTraffic(
  map: TrafficMap,
  telemetry: Telemetry,
  about: { index: ServiceIndex; scope: Scope },
): TrafficMap {
  const builder = new MapBuilder(about.index, map);
  const adding: Adding = { ...about, builder, counted: new Map() };
  for (const sample of telemetry.httpByDestination) addSample(sample, "destination", adding);
  for (const sample of telemetry.tcpByDestination) addSample(sample, "destination", adding);
  for (const sample of telemetry.httpBySource) addSample(sample, "source", adding);
  for (const sample of telemetry.tcpBySource) addSample(sample, "source", adding);
  for (const edge of adding.counted.values()) builder.put({ ...edge, origin: "traffic" });
  return builder.build();
}

interface Adding {
  readonly builder: MapBuilder;
  readonly index: ServiceIndex;
  readonly scope: Scope;
  /** Sums in the making, by edge. A busy mesh has many samples for each. */
  readonly counted: Map<string, Counted>;
}

type Counts = { -readonly [kind in keyof Rates]: Rates[kind] };

interface Counted {
  readonly source: string;
  readonly target: string;
  readonly protocol: Protocol;
  readonly service: TrafficEdge["service"];
  bySource: Counts | undefined;
  byDestination: Counts | undefined;
  mutualTls: number;
}

function addSample(sample: Sample, reporter: "source" | "destination", adding: Adding): void {
  // 0: nothing in this window, though there was earlier. NaN: Prometheus' way to say that it cannot tell.
  if (!(sample.value > 0) || !inScope(sample, adding.scope)) return;
  const edge = countedEdge(sample, adding);
  if (reporter === "source") {
    edge.bySource = add(edge.bySource, sample);
    return;
  }
  edge.byDestination = add(edge.byDestination, sample);
  if (sample.labels.connection_security_policy === "mutual_tls") edge.mutualTls += sample.value;
}

function countedEdge(sample: Sample, adding: Adding): Counted {
  const { builder, counted } = adding;
  const protocol = protocolOf(sample);
  const source = sourceOf(sample, builder);
  const target = targetOf(sample, adding);
  const id = edgeId(source, target, protocol);
  const known = counted.get(id);
  if (known) return known;
  const service = builder.edge(id)?.service ?? serviceOf(sample, adding.index);
  const edge = {
    source,
    target,
    protocol,
    service,
    bySource: undefined,
    byDestination: undefined,
    mutualTls: 0,
  };
  counted.set(id, edge);
  return edge;
}

function inScope(sample: Sample, scope: Scope): boolean {
  const { source_workload_namespace, destination_workload_namespace, destination_service_namespace } =
    sample.labels;
  return [source_workload_namespace, destination_workload_namespace, destination_service_namespace].some(
    (namespace) => isKnown(namespace) && scope.includes(namespace),
  );
}

function isKnown(label: string | undefined): label is string {
  return label !== undefined && label !== "" && label !== "unknown";
}

function sourceOf({ labels }: Sample, builder: MapBuilder): string {
  const { source_workload: name, source_workload_namespace: namespace } = labels;
  return isKnown(name) && isKnown(namespace) ? builder.workloadNamed(namespace, name) : builder.unknown();
}

function targetOf(sample: Sample, { builder, index }: Adding): string {
  const { destination_workload: name, destination_workload_namespace: namespace } = sample.labels;
  if (isKnown(name) && isKnown(namespace)) return builder.workloadNamed(namespace, name);
  const service = serviceOf(sample, index);
  if (service) return builder.target(service);
  const host = sample.labels.destination_service_name;
  return isKnown(host) ? builder.external(host) : builder.unknown();
}

function serviceOf({ labels }: Sample, index: ServiceIndex): Service | undefined {
  const { destination_service_name: name, destination_service_namespace: namespace } = labels;
  return isKnown(name) && isKnown(namespace) ? index.service(name, namespace) : undefined;
}

function protocolOf({ labels }: Sample): Protocol {
  if (labels.request_protocol === undefined) return "tcp"; // the TCP series do not carry it
  return labels.request_protocol === "grpc" ? "grpc" : "http";
}

function add(counts: Counts | undefined, { labels, value }: Sample): Counts {
  const sums = counts ?? { total: 0, clientErrors: 0, serverErrors: 0, noResponse: 0, grpcErrors: 0 };
  const code = labels.response_code ?? "";
  const grpc = labels.grpc_response_status ?? "";
  sums.total += value;
  if (/^4\d\d$/.test(code)) sums.clientErrors += value;
  else if (/^5\d\d$/.test(code)) sums.serverErrors += value;
  else if (code === "0" || code === "-") sums.noResponse += value;
  if (/^[1-9]\d*$/.test(grpc)) sums.grpcErrors += value;
  return sums;
}
