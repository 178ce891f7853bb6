import type { Random } from "../base/index.ts";
import type { Endpoint } from "./connection.ts";

export interface ServicePort {
  readonly port: number;
  readonly name?: string;
  readonly nodePort?: number;
  /** Ready endpoints: pod address and target port. Empty: connections are refused, as kube-proxy's REJECT does. */
  readonly endpoints: readonly Endpoint[];
}

export interface ServiceEntry {
  readonly namespace: string;
  readonly name: string;
  /** "None" for a headless service. Absent with `externalName`. */
  readonly clusterIP?: string;
  readonly externalName?: string;
  /** Addresses of a load balancer, and spec.externalIPs: reachable like the cluster IP. */
  readonly externalIPs?: readonly string[];
  /** Whether edges on real sockets may carry it. */
  readonly loadBalancer?: boolean;
  readonly ports: readonly ServicePort[];
  /** What DNS answers for a headless service: every address that DNS publishes, with the pod's hostname when it has one. */
  readonly addresses?: readonly { readonly ip: string; readonly hostname?: string }[];
}

/** Where a connection to a service address goes. */
export type ServiceChoice =
  | { readonly kind: "endpoint"; readonly endpoint: Endpoint }
  | { readonly kind: "no-endpoints" }
  | { readonly kind: "no-such-port" };

const keyOf = (service: { namespace: string; name: string }) => `${service.namespace}/${service.name}`;

/** The rules kube-proxy would write, and the records behind cluster DNS. */
export class ServiceTable {
  private readonly byKey = new Map<string, ServiceEntry>();
  private readonly byAddress = new Map<string, ServiceEntry>();

  set(service: ServiceEntry): void {
    this.remove(service);
    this.byKey.set(keyOf(service), service);
    for (const address of addressesOf(service)) this.byAddress.set(address, service);
  }

  remove(service: { namespace: string; name: string }): void {
    const old = this.byKey.get(keyOf(service));
    if (!old) return;
    this.byKey.delete(keyOf(service));
    for (const address of addressesOf(old))
      if (this.byAddress.get(address) === old) this.byAddress.delete(address);
  }

  get(service: { namespace: string; name: string }): ServiceEntry | undefined {
    return this.byKey.get(keyOf(service));
  }

  all(): readonly ServiceEntry[] {
    return [...this.byKey.values()];
  }

  /** Undefined when the address belongs to no service. */
  choose(address: string, port: number, random: Random): ServiceChoice | undefined {
    const service = this.byAddress.get(address);
    if (!service) return undefined;
    return pick(
      service.ports.find((candidate) => candidate.port === port),
      random,
    );
  }

  /** A node port on the node's own address; undefined when no service has it. */
  chooseNodePort(port: number, random: Random): ServiceChoice | undefined {
    for (const service of this.byKey.values()) {
      const found = service.ports.find((candidate) => candidate.nodePort === port);
      if (found) return pick(found, random);
    }
    return undefined;
  }
}

function pick(port: ServicePort | undefined, random: Random): ServiceChoice {
  if (!port) return { kind: "no-such-port" };
  const endpoint = port.endpoints[random.int(port.endpoints.length)];
  return endpoint ? { kind: "endpoint", endpoint } : { kind: "no-endpoints" };
}

/** What kube-proxy writes rules for. */
export function addressesOf(service: ServiceEntry): readonly string[] {
  const own = service.clusterIP && service.clusterIP !== "None" ? [service.clusterIP] : [];
  return [...own, ...(service.externalIPs ?? [])];
}
