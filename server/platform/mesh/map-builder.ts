import { selects } from "./labels.ts";
import type { ServiceIndex } from "./service-index.ts";
import type { Service, Workload } from "./snapshot-types.ts";
import {
  edgeId,
  externalId,
  noTraffic,
  type Protocol,
  serviceId,
  type TrafficEdge,
  type TrafficMap,
  type TrafficNode,
  unknownId,
  workloadId,
} from "./traffic-map.ts";

/** Makes nodes and edges for appenders; starts from a map and gives a new one. */
export class MapBuilder {
  private readonly nodes: Map<string, TrafficNode>;
  private readonly edges: Map<string, TrafficEdge>;
  private readonly index: ServiceIndex;

  constructor(index: ServiceIndex, map?: TrafficMap) {
    this.index = index;
    this.nodes = new Map(map?.nodes);
    this.edges = new Map(map?.edges);
  }

  workload(workload: Workload): string {
    return this.node(workloadId(workload.namespace, workload.name), () => ({
      kind: isGateway(workload, this.index) ? "gateway" : "workload",
      name: workload.name,
      namespace: workload.namespace,
      workload,
    }));
  }

  /** A workload that telemetry names; the cluster may have forgotten it already. */
  workloadNamed(namespace: string, name: string): string {
    const known = this.index.workload(namespace, name);
    if (known) return this.workload(known);
    return this.node(workloadId(namespace, name), () => ({
      kind: "workload",
      name,
      namespace,
      workload: undefined,
    }));
  }

  service(service: Pick<Service, "namespace" | "name">): string {
    const { namespace, name } = service;
    return this.node(serviceId(namespace, name), () => ({
      kind: "service",
      name,
      namespace,
      workload: undefined,
    }));
  }

  unknown(): string {
    return this.node(unknownId, () => ({
      kind: "unknown",
      name: "unknown",
      namespace: undefined,
      workload: undefined,
    }));
  }

  external(host: string): string {
    return this.node(externalId(host), () => ({
      kind: "external",
      name: host,
      namespace: undefined,
      workload: undefined,
    }));
  }

  /** All workloads behind a service; the service itself when there are none. */
  targets(service: Service): string[] {
    const workloads = this.index.behind(service).map((workload) => this.workload(workload));
    return workloads.length > 0 ? workloads : [this.service(service)];
  }

  /** The workload behind a service; the service itself when it could be several, or none. */
  target(service: Service): string {
    const [first, ...others] = this.targets(service);
    return first === undefined || others.length > 0 ? this.service(service) : first;
  }

  configured(
    source: string,
    target: string,
    about: { protocol: Protocol; service: Service | undefined },
  ): void {
    const id = edgeId(source, target, about.protocol);
    if (source === target || this.edges.has(id)) return;
    this.edges.set(id, { ...emptyEdge, ...about, id, source, target });
  }

  edge(id: string): TrafficEdge | undefined {
    return this.edges.get(id);
  }

  put(edge: Partial<TrafficEdge> & Pick<TrafficEdge, "source" | "target" | "protocol">): void {
    const id = edgeId(edge.source, edge.target, edge.protocol);
    this.edges.set(id, { ...(this.edges.get(id) ?? emptyEdge), ...edge, id });
  }

  build(): TrafficMap {
    return { nodes: this.nodes, edges: this.edges };
  }

  private node(
    id: string,
    make: () => Pick<TrafficNode, "kind" | "name" | "namespace" | "workload">,
  ): string {
    if (!this.nodes.has(id)) this.nodes.set(id, { ...make(), ...bare, id });
    return id;
  }
}

const bare = { health: "idle", reason: undefined, badges: [], service: undefined } as const;

const emptyEdge: Omit<TrafficEdge, "id" | "source" | "target" | "protocol"> = {
  origin: "configured",
  service: undefined,
  bySource: undefined,
  byDestination: undefined,
  mutualTls: 0,
  mtls: noTraffic,
  reason: undefined,
  failures: [],
  responseMs: undefined,
  throughput: undefined,
};

/** Istio's own gateways say so in a label; any other is one because a Gateway selects it. */
function isGateway(workload: Workload, index: ServiceIndex): boolean {
  if (workload.labels.istio === "ingressgateway" || workload.labels.istio === "egressgateway") return true;
  return index.snapshot.gateways.some((gateway) => selects(gateway.selector, workload.labels));
}
