import type { KubeObject } from "../apimachinery/index.ts";
import type { PracticeNetwork, ServiceEntry, ServicePort } from "../network/index.ts";
import { type FollowDeps, follow } from "./follow.ts";

interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly externalName?: string;
  readonly externalIPs?: readonly string[];
  readonly publishNotReadyAddresses?: boolean;
  readonly ports?: readonly {
    readonly name?: string;
    readonly port: number;
    readonly nodePort?: number;
    readonly protocol?: string;
  }[];
}

interface Slice {
  readonly ports: readonly { readonly name?: string; readonly port?: number }[];
  readonly endpoints: readonly {
    readonly addresses: readonly string[];
    readonly hostname?: string;
    readonly conditions?: { readonly ready?: boolean };
  }[];
}

const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`;
const ownerOf = ({ metadata }: KubeObject) =>
  `${metadata.namespace}/${metadata.labels?.["kubernetes.io/service-name"]}`;

/** What kube-proxy and cluster DNS do: keeps the network's service addresses and names as Services and EndpointSlices say. */
export class ServiceProxy {
  private readonly services = new Map<string, KubeObject>();
  private readonly slices = new Map<string, KubeObject>();

  constructor(private readonly network: PracticeNetwork) {}

  async start(deps: FollowDeps): Promise<void> {
    const follows = [
      follow(deps, this.table("/api/v1/services", this.services, keyOf)),
      follow(deps, this.table("/apis/discovery.k8s.io/v1/endpointslices", this.slices, ownerOf)),
    ];
    await Promise.all(follows);
  }

  /** Keeps one kind in a map; whatever touches a service programs that service anew. */
  private table(path: string, objects: Map<string, KubeObject>, service: (object: KubeObject) => string) {
    const touch = (object: KubeObject) => this.program(service(object));
    return {
      path,
      replace: (all: readonly KubeObject[]) => {
        const touched = [...objects.values(), ...all];
        objects.clear();
        for (const object of all) objects.set(keyOf(object), object);
        for (const object of touched) touch(object);
      },
      apply: ({ type, object }: { type: string; object: KubeObject }) => {
        if (type === "DELETED") objects.delete(keyOf(object));
        else objects.set(keyOf(object), object);
        touch(object);
      },
    };
  }

  private program(key: string): void {
    const service = this.services.get(key);
    const [namespace = "", name = ""] = key.split("/");
    const slices = [...this.slices.values()].filter((slice) => ownerOf(slice) === key);
    if (service) this.network.setService(serviceEntry(service, slices.map(asSlice)));
    else this.network.removeService({ namespace, name });
  }
}

export function serviceEntry(service: KubeObject, slices: readonly Slice[]): ServiceEntry {
  const spec: ServiceSpec = service.spec ?? {};
  const ready = slices.map((slice) => ({
    ...slice,
    // An endpoint that says nothing about being ready is ready.
    endpoints: slice.endpoints.filter((endpoint) => endpoint.conditions?.ready !== false),
  }));
  const published = spec.publishNotReadyAddresses ? slices : ready;
  return {
    namespace: service.metadata.namespace ?? "",
    name: service.metadata.name ?? "",
    ...(spec.type === "ExternalName"
      ? { externalName: spec.externalName ?? "" }
      : { clusterIP: spec.clusterIP ?? "" }),
    externalIPs: [...(spec.externalIPs ?? []), ...balancerIPs(service.status)],
    loadBalancer: spec.type === "LoadBalancer",
    ports: (spec.ports ?? []).map((port) => servicePort(port, published)),
    addresses: published.flatMap(({ endpoints }) =>
      endpoints.flatMap(({ addresses, hostname }) =>
        addresses.map((ip) => ({ ip, ...(hostname ? { hostname } : {}) })),
      ),
    ),
  };
}

function servicePort(port: NonNullable<ServiceSpec["ports"]>[number], slices: readonly Slice[]): ServicePort {
  const endpoints = slices.flatMap((slice) => {
    const target = slice.ports.find((candidate) => (candidate.name ?? "") === (port.name ?? ""))?.port;
    if (target === undefined) return [];
    return slice.endpoints.flatMap(({ addresses }) =>
      addresses.map((address) => ({ address, port: target })),
    );
  });
  const { name, nodePort } = port;
  return { port: port.port, ...(name ? { name } : {}), ...(nodePort ? { nodePort } : {}), endpoints };
}

function balancerIPs(status: unknown): readonly string[] {
  const found = status as { loadBalancer?: { ingress?: readonly { ip?: string }[] } } | undefined; // server-validated
  return (found?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
}

function asSlice(object: KubeObject): Slice {
  const { ports, endpoints } = object as KubeObject & Partial<Slice>; // server-validated
  return { ports: ports ?? [], endpoints: endpoints ?? [] };
}
