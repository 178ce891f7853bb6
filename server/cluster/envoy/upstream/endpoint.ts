import type { Cluster, ClusterLoadAssignment, LbEndpoint } from "../../xds/index.ts";

/** The group that an endpoint stands in, and the group's share of the traffic. */
export interface EndpointLocality {
  readonly name: string;
  readonly weight: number;
}

const NOWHERE: EndpointLocality = { name: "", weight: 1 };

/** One address of a cluster and what is known of it. Lives as long as EDS names it. */
export class Endpoint {
  active = 0;
  requests = 0;
  errors = 0;
  connections = 0;
  consecutive5xx = 0;
  consecutiveGateway = 0;
  consecutiveLocalOrigin = 0;
  ejections = 0;
  /** Wall-clock time since which the cluster has it. */
  since = 0;
  /** Wall-clock time until which outlier detection keeps it out. */
  ejectedUntil = 0;

  readonly address: string;
  readonly port: number;
  locality: EndpointLocality = NOWHERE;

  constructor(
    at: { readonly address: string; readonly port: number },
    public config: LbEndpoint,
    public priority = 0,
  ) {
    this.address = at.address;
    this.port = at.port;
  }

  get key(): string {
    return `${this.address}:${this.port}`;
  }

  get weight(): number {
    return this.config.loadBalancingWeight ?? 1;
  }

  get edsHealthy(): boolean {
    const status = this.config.healthStatus ?? "HEALTHY";
    return status === "HEALTHY" || status === "UNKNOWN" || status === "DEGRADED";
  }

  transportSocketMatch(): Readonly<Record<string, unknown>> {
    return this.config.metadata?.filterMetadata["envoy.transport_socket_match"] ?? {};
  }

  /** The `istio.workload` text of EDS: name;namespace;canonical name;revision;cluster. */
  workload(): readonly string[] | undefined {
    const text = this.config.metadata?.filterMetadata.istio?.workload;
    return typeof text === "string" ? text.split(";") : undefined;
  }
}

/** Keeps endpoints that are still named (and so their state), makes new ones, drops the rest. */
export function mergeEndpoints(
  before: readonly Endpoint[],
  assignment: ClusterLoadAssignment | undefined,
): readonly Endpoint[] {
  const old = new Map(before.map((endpoint) => [endpoint.key, endpoint]));
  const merged: Endpoint[] = [];
  for (const locality of assignment?.endpoints ?? []) {
    const { region = "", zone = "", subZone = "" } = locality.locality ?? {};
    const group = { name: `${region}/${zone}/${subZone}`, weight: locality.loadBalancingWeight ?? 1 };
    for (const config of locality.lbEndpoints) {
      const socket = config.endpoint.address.socketAddress;
      if (!socket) continue;
      const at = { address: socket.address, port: socket.portValue };
      const endpoint = old.get(`${at.address}:${at.port}`) ?? new Endpoint(at, config);
      endpoint.config = config;
      endpoint.priority = locality.priority ?? 0;
      endpoint.locality = group;
      merged.push(endpoint);
    }
  }
  return merged;
}

/** The service istiod says the cluster stands for. */
export function serviceOf(
  cluster: Cluster,
): { readonly host: string; readonly name: string; readonly namespace: string } | undefined {
  const services: unknown = cluster.metadata?.filterMetadata.istio?.services;
  const first: unknown = Array.isArray(services) ? services[0] : undefined;
  if (typeof first !== "object" || first === null) return undefined;
  const text = (name: string) => {
    const value: unknown = Reflect.get(first, name);
    return typeof value === "string" ? value : "";
  };
  return { host: text("host"), name: text("name"), namespace: text("namespace") };
}
