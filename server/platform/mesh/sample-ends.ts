import type { MapBuilder } from "./map-builder.ts";
import type { Sample } from "./promql/prometheus.ts";
import type { Scope } from "./scope.ts";
import type { ServiceIndex } from "./service-index.ts";
import type { Service } from "./snapshot-types.ts";
import { edgeId, type Protocol } from "./traffic-map.ts";

export interface SampleEnds {
  readonly source: string;
  readonly target: string;
  readonly protocol: Protocol;
  readonly id: string;
}

/** The edge that a sample of telemetry is about. Makes the nodes at its ends when they are not there yet. */
export function endsOf(
  sample: Sample,
  about: { readonly builder: MapBuilder; readonly index: ServiceIndex },
): SampleEnds {
  const protocol = protocolOf(sample);
  const source = sourceOf(sample, about.builder);
  const target = targetOf(sample, about);
  return { source, target, protocol, id: edgeId(source, target, protocol) };
}

export function inScope(sample: Sample, scope: Scope): boolean {
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

function targetOf(
  sample: Sample,
  { builder, index }: { readonly builder: MapBuilder; readonly index: ServiceIndex },
): string {
  const { destination_workload: name, destination_workload_namespace: namespace } = sample.labels;
  if (isKnown(name) && isKnown(namespace)) return builder.workloadNamed(namespace, name);
  const service = serviceOf(sample, index);
  if (service) return builder.target(service);
  const host = sample.labels.destination_service_name;
  return isKnown(host) ? builder.external(host) : builder.unknown();
}

export function serviceOf({ labels }: Sample, index: ServiceIndex): Service | undefined {
  const { destination_service_name: name, destination_service_namespace: namespace } = labels;
  if (isKnown(name) && isKnown(namespace)) return index.service(name, namespace);
  // The namespace is the answering workload's: unknown when the caller's own proxy answered, as for an injected fault.
  const { destination_service: host } = labels;
  return isKnown(host) && host.includes(".") ? index.service(host, "") : undefined;
}

function protocolOf({ labels }: Sample): Protocol {
  if (labels.request_protocol === undefined) return "tcp"; // the TCP series do not carry it
  return labels.request_protocol === "grpc" ? "grpc" : "http";
}
