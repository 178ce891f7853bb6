import type { GraphEdge, GraphNode } from "../../contracts/index.ts";
import { errorPercent } from "./appenders/health.ts";
import { limits } from "./limits.ts";
import { ratesOf, type TrafficEdge, type TrafficMap, type TrafficNode } from "./traffic-map.ts";

export interface Elements {
  readonly nodes: GraphNode[];
  readonly edges: GraphEdge[];
  readonly warnings: string[];
}

/** What crosses the wire, in a stable order: a refresh with nothing new is the same text. */
export function toElements(map: TrafficMap): Elements {
  const warnings: string[] = [];
  const nodes = byId([...map.nodes.values()]);
  const shownNodes = nodes.slice(0, limits.nodes);
  if (nodes.length > shownNodes.length)
    warnings.push(`Only ${limits.nodes} of ${nodes.length} nodes are shown.`);
  const shown = new Set(shownNodes.map((node) => node.id));
  const edges = byId(
    [...map.edges.values()].filter((edge) => shown.has(edge.source) && shown.has(edge.target)),
  );
  if (edges.length > limits.edges) warnings.push(`Only ${limits.edges} of ${edges.length} edges are shown.`);
  return {
    nodes: shownNodes.map(nodeElement),
    edges: edges.slice(0, limits.edges).map(edgeElement),
    warnings,
  };
}

function nodeElement(node: TrafficNode): GraphNode {
  const { workload } = node;
  return {
    id: node.id,
    kind: node.kind,
    name: node.name,
    ...(node.namespace === undefined ? {} : { namespace: node.namespace }),
    ...(workload?.labels.app === undefined ? {} : { app: workload.labels.app }),
    ...(workload?.labels.version === undefined ? {} : { version: workload.labels.version }),
    sidecar: sidecarOf(node),
    health: node.health,
    ...(workload ? { pods: workload.pods } : {}),
    ...(node.reason ? { reason: node.reason } : {}),
    ...(node.badges.length > 0 ? { badges: [...node.badges] } : {}),
    ...(node.service ? { service: `${node.service.name}.${node.service.namespace}` } : {}),
  };
}

function sidecarOf({ kind, workload }: TrafficNode): GraphNode["sidecar"] {
  if (kind === "unknown") return "missing"; // with one, telemetry would know who it is
  if (kind !== "workload" || workload?.sidecar === undefined) return "not-applicable";
  return workload.sidecar ? "present" : "missing";
}

function edgeElement(edge: TrafficEdge): GraphEdge {
  const rates = ratesOf(edge);
  return {
    id: edge.id,
    source: edge.source,
    target: edge.target,
    protocol: edge.protocol,
    rate: rates?.total ?? 0,
    errorPercent: errorPercent(rates),
    mtls: edge.mtls,
    origin: edge.origin,
    ...(edge.reason ? { reason: edge.reason } : {}),
    ...(edge.failures.length > 0 ? { failures: [...edge.failures] } : {}),
    ...(edge.responseMs ? { responseMs: edge.responseMs } : {}),
    ...(edge.throughput ? { throughput: edge.throughput } : {}),
  };
}

function byId<T extends { readonly id: string }>(items: T[]): T[] {
  return items.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
