import type { Pod, Service } from "../model/kube.ts";
import type { ServiceEntry, WorkloadEntry, WorkloadEntrySpec } from "../model/networking.ts";
import type { World } from "../model/world.ts";
import { labelsMatch, serviceHostname } from "./host-names.ts";
import { declaredProtocol, type Protocol, protocolOf } from "./protocol.ts";

export interface MeshPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** Number or name, as the Kubernetes Service has it. */
  readonly targetPort: number | string;
}

/** `eds`: endpoints are known; `dns`: the name is resolved; `passthrough`: whoever was dialled (headless, NONE). */
export type Resolution = "eds" | "dns" | "passthrough";

export interface MeshService {
  readonly hostname: string;
  readonly name: string;
  readonly namespace: string;
  readonly ports: readonly MeshPort[];
  /** Addresses a client dials; none for headless services and most entries. */
  readonly addresses: readonly string[];
  readonly resolution: Resolution;
  readonly external: boolean;
  readonly kind: "kubernetes" | "service-entry";
  readonly selector?: Readonly<Record<string, string>>;
  readonly exportTo?: readonly string[];
  readonly createdAt: string;
  /** What a `dns` service resolves: the entry's endpoints, its own name, or the ExternalName. */
  readonly dnsTargets: readonly { readonly host: string; readonly ports: Readonly<Record<string, number>> }[];
  /** Names that the server may present instead of its accounts (ServiceEntry subjectAltNames). */
  readonly subjectAltNames: readonly string[];
}

export interface MeshEndpoint {
  readonly address: string;
  readonly port: number;
  readonly portName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly workload: string;
  /** The pod carries security.istio.io/tlsMode=istio: its sidecar takes mutual TLS. */
  readonly tls: boolean;
  readonly locality: Locality;
  readonly weight?: number;
}

export interface Locality {
  readonly region?: string;
  readonly zone?: string;
  readonly subZone?: string;
}

export const TLS_MODE_LABEL = "security.istio.io/tlsMode";

const exportToAnnotation = (service: Service): readonly string[] | undefined =>
  service.metadata.annotations?.["networking.istio.io/exportTo"]?.split(",").map((scope) => scope.trim());

export function fromKubernetes(service: Service): MeshService {
  const { name = "", namespace = "", creationTimestamp = "" } = service.metadata;
  const { clusterIP, clusterIPs, externalName, ports = [], selector, type } = service.spec;
  const alias = type === "ExternalName" && externalName !== undefined;
  const headless = clusterIP === "None";
  const addresses = (clusterIPs ?? (clusterIP ? [clusterIP] : [])).filter((ip) => ip && ip !== "None");
  const exportTo = exportToAnnotation(service);
  return {
    hostname: serviceHostname(name, namespace),
    name,
    namespace,
    ports: ports
      .map((port) => ({
        name: port.name ?? "",
        port: port.port,
        protocol: protocolOf(port),
        targetPort: port.targetPort ?? port.port,
      }))
      .filter((port) => port.protocol !== "UDP"),
    addresses,
    resolution: alias ? "dns" : headless ? "passthrough" : "eds",
    external: alias,
    kind: "kubernetes",
    ...(selector ? { selector } : {}),
    ...(exportTo ? { exportTo } : {}),
    createdAt: creationTimestamp,
    dnsTargets: alias ? [{ host: externalName, ports: {} }] : [],
    subjectAltNames: [],
  };
}

/** Machines of the entry's namespace that its selector is about. */
function selectedMachines(
  { metadata, spec }: ServiceEntry,
  machines: readonly WorkloadEntry[],
): readonly WorkloadEntrySpec[] {
  return machines
    .filter((machine) => machine.metadata.namespace === metadata.namespace)
    .map((machine) => withLabels(machine))
    .filter(({ labels = {} }) => labelsMatch(spec.workloadSelector?.labels, labels));
}

/** A machine is known by the labels of its spec and by those of the object. */
const withLabels = ({ metadata, spec }: WorkloadEntry): WorkloadEntrySpec => ({
  ...spec,
  labels: { ...metadata.labels, ...spec.labels },
});

export function fromServiceEntry(
  entry: ServiceEntry,
  machines: readonly WorkloadEntry[],
): readonly MeshService[] {
  const { name = "", namespace = "", creationTimestamp = "" } = entry.metadata;
  const { hosts, addresses = [], ports = [], resolution = "NONE", endpoints = [] } = entry.spec;
  return hosts.map((hostname): MeshService => {
    const known = entry.spec.workloadSelector ? selectedMachines(entry, machines) : endpoints;
    const targets = known.length > 0 ? known : [{ address: hostname, ports: {} }];
    return {
      hostname,
      name,
      namespace,
      ports: ports.map((port) => ({
        name: port.name,
        port: port.number,
        protocol: declaredProtocol(port.protocol ?? port.name.split("-")[0]),
        targetPort: port.targetPort ?? port.number,
      })),
      addresses,
      resolution: resolution.startsWith("DNS") ? "dns" : resolution === "STATIC" ? "eds" : "passthrough",
      external: entry.spec.location !== "MESH_INTERNAL",
      kind: "service-entry",
      ...(entry.spec.workloadSelector?.labels ? { selector: entry.spec.workloadSelector.labels } : {}),
      ...(entry.spec.exportTo ? { exportTo: entry.spec.exportTo } : {}),
      createdAt: creationTimestamp,
      dnsTargets: targets.map(({ address, ports: own }) => ({ host: address ?? hostname, ports: own ?? {} })),
      subjectAltNames: entry.spec.subjectAltNames ?? [],
    };
  });
}

/** The workload a pod belongs to: its Deployment where a ReplicaSet made it, else its owner, else itself. */
export function workloadName(pod: Pod): string {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (!owner) return pod.metadata.name ?? "";
  const hash = pod.metadata.labels?.["pod-template-hash"];
  if (owner.kind === "ReplicaSet" && hash && owner.name.endsWith(`-${hash}`))
    return owner.name.slice(0, -hash.length - 1);
  return owner.name;
}

export function canonicalName(labels: Readonly<Record<string, string>>, workload: string): string {
  return (
    labels["service.istio.io/canonical-name"] ?? labels["app.kubernetes.io/name"] ?? labels.app ?? workload
  );
}

export function canonicalRevision(labels: Readonly<Record<string, string>>): string {
  return (
    labels["service.istio.io/canonical-revision"] ??
    labels["app.kubernetes.io/version"] ??
    labels.version ??
    "latest"
  );
}

export function resolveTargetPort(pod: Pod, targetPort: number | string): number | undefined {
  if (typeof targetPort === "number") return targetPort;
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  for (const { ports = [] } of containers)
    for (const { name, containerPort } of ports) if (name === targetPort) return containerPort;
  const numeric = Number(targetPort);
  return Number.isInteger(numeric) ? numeric : undefined;
}

type Pods = ReadonlyMap<string, Pod>;
/** By node. */
export type Localities = ReadonlyMap<string, Locality>;

function podFacts(pod: Pod, localities: Localities): Omit<MeshEndpoint, "address" | "port" | "portName"> {
  const { labels = {}, namespace = "" } = pod.metadata;
  return {
    labels,
    namespace,
    serviceAccount: pod.spec.serviceAccountName ?? "default",
    workload: workloadName(pod),
    tls: labels[TLS_MODE_LABEL] === "istio",
    locality: localities.get(pod.spec.nodeName ?? "") ?? {},
  };
}

/** `region/zone/subzone`, as WorkloadEntry and the locality settings write it. */
export function parseLocality(text: string | undefined): Locality {
  const [region, zone, subZone] = text?.split("/") ?? [];
  return { ...(region ? { region } : {}), ...(zone ? { zone } : {}), ...(subZone ? { subZone } : {}) };
}

/** Endpoints by hostname, from the slices of Kubernetes services and the endpoints of static entries. */
export function endpointsByHost(world: World, pods: Pods): ReadonlyMap<string, readonly MeshEndpoint[]> {
  const localities = nodeLocalities(world);
  const all = new Map<string, MeshEndpoint[]>();
  const add = (hostname: string, endpoint: MeshEndpoint) => {
    const list = all.get(hostname);
    if (list) list.push(endpoint);
    else all.set(hostname, [endpoint]);
  };
  for (const slice of world.endpointSlices) {
    const service = slice.metadata.labels?.["kubernetes.io/service-name"];
    if (!service || slice.addressType === "FQDN") continue;
    const { namespace = "" } = slice.metadata;
    const hostname = serviceHostname(service, namespace);
    for (const { addresses, conditions, targetRef } of slice.endpoints ?? []) {
      if (conditions?.ready === false) continue;
      const pod = targetRef?.name
        ? pods.get(`${targetRef.namespace ?? namespace}/${targetRef.name}`)
        : undefined;
      const facts = pod ? podFacts(pod, localities) : bareFacts(namespace);
      for (const address of addresses)
        for (const { name = "", port } of slice.ports ?? [])
          if (port !== undefined) add(hostname, { ...facts, address, port, portName: name });
    }
  }
  for (const service of world.services)
    for (const endpoint of machineEndpoints(service, world.workloadEntries))
      add(serviceHostname(service.metadata.name ?? "", service.metadata.namespace ?? ""), endpoint);
  for (const entry of world.serviceEntries)
    for (const hostname of entry.spec.hosts)
      for (const endpoint of entryEndpoints(entry, world, localities)) add(hostname, endpoint);
  return all;
}

function bareFacts(namespace: string): Omit<MeshEndpoint, "address" | "port" | "portName"> {
  return { labels: {}, namespace, serviceAccount: "", workload: "", tls: false, locality: {} };
}

function entryEndpoints(entry: ServiceEntry, world: World, localities: Localities): readonly MeshEndpoint[] {
  const { ports = [], endpoints = [], resolution, workloadSelector } = entry.spec;
  const { namespace = "" } = entry.metadata;
  if (resolution !== "STATIC") return [];
  if (workloadSelector) {
    const pods = world.pods
      .filter((pod) => pod.metadata.namespace === namespace && pod.status?.podIP)
      .filter((pod) => labelsMatch(workloadSelector.labels, pod.metadata.labels ?? {}));
    return [
      ...pods.flatMap((pod) =>
        ports.map((port) => ({
          ...podFacts(pod, localities),
          address: pod.status?.podIP ?? "",
          port: port.targetPort ?? port.number,
          portName: port.name,
        })),
      ),
      ...selectedMachines(entry, world.workloadEntries).flatMap((machine) =>
        ports.map((port) => entryEndpoint(machine, namespace, port)),
      ),
    ];
  }
  return endpoints.flatMap((endpoint) => ports.map((port) => entryEndpoint(endpoint, namespace, port)));
}

function entryEndpoint(
  endpoint: WorkloadEntrySpec,
  namespace: string,
  port: { readonly name: string; readonly number: number; readonly targetPort?: number },
): MeshEndpoint {
  const { labels = {} } = endpoint;
  return {
    ...bareFacts(namespace),
    labels,
    tls: labels[TLS_MODE_LABEL] === "istio",
    serviceAccount: endpoint.serviceAccount ?? "",
    workload: labels.app ?? "",
    locality: parseLocality(endpoint.locality),
    address: endpoint.address ?? "",
    port: endpoint.ports?.[port.name] ?? port.targetPort ?? port.number,
    portName: port.name,
    ...(endpoint.weight ? { weight: endpoint.weight } : {}),
  };
}

/** A Kubernetes service also stands for machines that its selector fits. */
function machineEndpoints(
  { metadata, spec }: Service,
  machines: readonly WorkloadEntry[],
): readonly MeshEndpoint[] {
  const { namespace = "" } = metadata;
  const { selector, ports = [] } = spec;
  if (!selector || Object.keys(selector).length === 0) return [];
  return machines
    .filter((machine) => machine.metadata.namespace === namespace)
    .map(withLabels)
    .filter(({ labels = {} }) => labelsMatch(selector, labels))
    .flatMap((machine) =>
      ports.map(({ name = "", port, targetPort }) =>
        entryEndpoint(machine, namespace, {
          name,
          number: port,
          ...(typeof targetPort === "number" ? { targetPort } : {}),
        }),
      ),
    );
}

export function nodeLocalities(world: World): Localities {
  return new Map(
    world.nodes.map(({ metadata }) => {
      const region = metadata.labels?.["topology.kubernetes.io/region"];
      const zone = metadata.labels?.["topology.kubernetes.io/zone"];
      const subZone = metadata.labels?.["topology.istio.io/subzone"];
      const locality = {
        ...(region ? { region } : {}),
        ...(zone ? { zone } : {}),
        ...(subZone ? { subZone } : {}),
      };
      return [metadata.name ?? "", locality];
    }),
  );
}
