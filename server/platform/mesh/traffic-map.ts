import type { EdgeFailure, MtlsBadge, MtlsReason, NodeBadge } from "../../contracts/index.ts";
import type { Service, Workload } from "./snapshot-types.ts";

export type Protocol = "http" | "grpc" | "tcp";
export type Health = "healthy" | "degraded" | "failing" | "idle";

/** What was counted on an edge in the window, per second. */
export interface Rates {
  readonly total: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  /** The caller got no answer at all: response code 0 or "-". */
  readonly noResponse: number;
  readonly grpcErrors: number;
}

export interface TrafficNode {
  readonly id: string;
  readonly kind: "workload" | "gateway" | "service" | "unknown" | "external";
  readonly name: string;
  readonly namespace: string | undefined;
  /** The workload as the cluster describes it; absent for what only telemetry knows. */
  readonly workload: Workload | undefined;
  readonly health: Health;
  readonly reason: MtlsReason | undefined;
  readonly badges: readonly NodeBadge[];
  /** By which it is called. */
  readonly service: Pick<Service, "namespace" | "name"> | undefined;
}

export interface TrafficEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly protocol: Protocol;
  readonly origin: "traffic" | "configured";
  /** The service by which the target was called. */
  readonly service: Pick<Service, "namespace" | "name"> | undefined;
  /** As the caller's proxy counted; absent when it has none. */
  readonly bySource: Rates | undefined;
  /** As the target's proxy counted; absent when it has none, or refused before it could count. */
  readonly byDestination: Rates | undefined;
  /** Of `byDestination.total`, what came over mutual TLS. */
  readonly mutualTls: number;
  readonly mtls: MtlsBadge;
  readonly reason: MtlsReason | undefined;
  readonly failures: readonly EdgeFailure[];
  /** Milliseconds. */
  readonly responseMs: { readonly p50?: number; readonly p95?: number; readonly p99?: number } | undefined;
  /** Bytes per second. */
  readonly throughput: { readonly request: number; readonly response: number } | undefined;
}

/** The graph in the making. Appenders return a new map; nothing in one is ever changed. */
export interface TrafficMap {
  readonly nodes: ReadonlyMap<string, TrafficNode>;
  readonly edges: ReadonlyMap<string, TrafficEdge>;
}

export const noTraffic: MtlsBadge = { state: "no-traffic" };

export function workloadId(namespace: string, name: string): string {
  return `workload:${namespace}/${name}`;
}

export function serviceId(namespace: string, name: string): string {
  return `service:${namespace}/${name}`;
}

export const unknownId = "unknown";

export function externalId(host: string): string {
  return `external:${host}`;
}

export function edgeId(source: string, target: string, protocol: Protocol): string {
  return `${source} > ${target} ${protocol}`;
}

/** What the edge carries: the caller's count sees failures that never arrived, so it goes first. */
export function ratesOf(edge: TrafficEdge): Rates | undefined {
  return edge.bySource ?? edge.byDestination;
}

export function mapEdges(map: TrafficMap, change: (edge: TrafficEdge) => TrafficEdge): TrafficMap {
  return { ...map, edges: new Map([...map.edges].map(([id, edge]) => [id, change(edge)])) };
}

export function mapNodes(map: TrafficMap, change: (node: TrafficNode) => TrafficNode): TrafficMap {
  return { ...map, nodes: new Map([...map.nodes].map(([id, node]) => [id, change(node)])) };
}
