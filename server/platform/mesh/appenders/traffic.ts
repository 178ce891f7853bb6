import { MapBuilder } from "../map-builder.ts";
import type { Sample } from "../promql/prometheus.ts";
import type { Scope } from "../scope.ts";
import type { ServiceIndex } from "../service-index.ts";
import type { Service } from "../snapshot-types.ts";
import type { Telemetry } from "../telemetry.ts";
import { edgeId, type Protocol, type Rates, type TrafficMap } from "../traffic-map.ts";

/** Adds what was counted in the window. An edge that was only configured becomes one that was seen. */
export function appendTraffic(
  map: TrafficMap,
  telemetry: Telemetry,
  about: { index: ServiceIndex; scope: Scope },
): TrafficMap {
  const builder = new MapBuilder(about.index, map);
  const adding = { ...about, builder };
  for (const sample of telemetry.httpByDestination) addSample(sample, "destination", adding);
  for (const sample of telemetry.tcpByDestination) addSample(sample, "destination", adding);
  for (const sample of telemetry.httpBySource) addSample(sample, "source", adding);
  for (const sample of telemetry.tcpBySource) addSample(sample, "source", adding);
  return builder.build();
}

interface Adding {
  readonly builder: MapBuilder;
  readonly index: ServiceIndex;
  readonly scope: Scope;
}

function addSample(sample: Sample, reporter: "source" | "destination", adding: Adding): void {
  // 0: nothing in this window, though there was earlier. NaN: Prometheus' way to say that it cannot tell.
  if (!(sample.value > 0) || !inScope(sample, adding.scope)) return;
  const { builder } = adding;
  const protocol = protocolOf(sample);
  const source = sourceOf(sample, builder);
  const target = targetOf(sample, adding);
  const known = builder.edge(edgeId(source, target, protocol));
  const service = known?.service ?? serviceOf(sample, adding.index);
  const common = { source, target, protocol, service, origin: "traffic" } as const;
  if (reporter === "source") {
    builder.put({ ...common, bySource: add(known?.bySource, sample) });
    return;
  }
  const secured = sample.labels.connection_security_policy === "mutual_tls" ? sample.value : 0;
  builder.put({
    ...common,
    byDestination: add(known?.byDestination, sample),
    mutualTls: (known?.mutualTls ?? 0) + secured,
  });
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

function add(rates: Rates | undefined, { labels, value }: Sample): Rates {
  const code = labels.response_code ?? "";
  const grpc = labels.grpc_response_status ?? "";
  const when = (condition: boolean) => (condition ? value : 0);
  return {
    total: (rates?.total ?? 0) + value,
    clientErrors: (rates?.clientErrors ?? 0) + when(/^4\d\d$/.test(code)),
    serverErrors: (rates?.serverErrors ?? 0) + when(/^5\d\d$/.test(code)),
    noResponse: (rates?.noResponse ?? 0) + when(code === "0" || code === "-"),
    grpcErrors: (rates?.grpcErrors ?? 0) + when(/^[1-9]\d*$/.test(grpc)),
  };
}
