import type { NodeBadge } from "../../contracts/index.ts";

/** What the graph needs to know of the cluster, read once per graph and never changed. */
export interface MeshSnapshot {
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  readonly gateways: readonly Gateway[];
  readonly virtualServices: readonly VirtualService[];
  readonly peerAuthentications: readonly PeerAuthentication[];
  readonly destinationRules: readonly DestinationRule[];
}

export type Labels = Readonly<Record<string, string>>;

/** What makes pods: a Deployment, StatefulSet or DaemonSet, with what its pods say. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  /** Labels of the pods it makes. */
  readonly labels: Labels;
  readonly pods: { readonly ready: number; readonly total: number };
  /** Whether its running pods have a sidecar; undefined when none runs. */
  readonly sidecar: boolean | undefined;
  /** Addresses in UPSTREAM_URIS: whom the program is set to call. */
  readonly upstreams: readonly string[];
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly selector: Labels;
  readonly ports: readonly { readonly port: number; readonly targetPort: number | undefined }[];
}

export interface Gateway {
  readonly namespace: string;
  readonly name: string;
  readonly selector: Labels;
}

export interface VirtualService {
  readonly namespace: string;
  readonly name: string;
  readonly gateways: readonly string[];
  /** Hosts that its routes lead to, as written. */
  readonly destinations: readonly string[];
  /** Hosts whose traffic it shapes, as written. */
  readonly hosts: readonly string[];
  readonly badges: readonly NodeBadge[];
}

export type MtlsMode = "STRICT" | "PERMISSIVE" | "DISABLE" | "UNSET";

export interface PeerAuthentication {
  readonly namespace: string;
  readonly name: string;
  /** Absent or empty: the whole namespace, or the mesh when in the root namespace. */
  readonly selector: Labels | undefined;
  readonly mode: MtlsMode;
  readonly ports: ReadonlyMap<number, MtlsMode>;
  readonly created: string;
}

export interface DestinationRule {
  readonly namespace: string;
  readonly name: string;
  readonly host: string;
  readonly tlsMode: string | undefined;
  readonly breaksCircuits: boolean;
}
