import type { GraphEdge, GraphNode, MeshGraph, MtlsBadge, NodeBadge } from "../../server/contracts/index.ts";

/** What stands for one thing in the picture, as in Kiali: a version of an application, all of it, a workload, a service. */
export const graphTypes = ["versionedApp", "app", "workload", "service"] as const;
export type GraphType = (typeof graphTypes)[number];

/** The same traffic between larger things. Rates add up; security and response times are weighed by them. */
export function regroup(graph: MeshGraph, type: GraphType): MeshGraph {
  if (type === "workload") return graph;
  const groups = new Map<string, GraphNode[]>();
  const groupOf = new Map<string, string>();
  for (const node of graph.nodes) {
    const id = groupIdOf(node, type);
    groupOf.set(node.id, id);
    groups.set(id, [...(groups.get(id) ?? []), node]);
  }
  const edges = new Map<string, GraphEdge[]>();
  for (const edge of graph.edges) {
    const source = groupOf.get(edge.source);
    const target = groupOf.get(edge.target);
    if (source === undefined || target === undefined || source === target) continue;
    const id = `${source} > ${target} ${edge.protocol}`;
    edges.set(id, [...(edges.get(id) ?? []), { ...edge, id, source, target }]);
  }
  return {
    ...graph,
    nodes: [...groups].map(([id, members]) => groupNode(id, members, type)),
    edges: [...edges.values()].flatMap((parts) => groupEdge(parts)),
  };
}

/** What stands for a node of the whole graph. */
export function groupIdOf(node: GraphNode, type: GraphType): string {
  if (type === "workload") return node.id;
  return type === "service" ? serviceId(node) : appId(node, type);
}

const isPart = ({ kind }: GraphNode) => kind === "workload" || kind === "gateway";

function appId(node: GraphNode, type: "versionedApp" | "app"): string {
  if (!isPart(node) || !node.app) return node.id;
  const app = `app:${node.namespace}/${node.app}`;
  return type === "versionedApp" && node.version ? `${app}@${node.version}` : app;
}

function serviceId(node: GraphNode): string {
  if (node.kind === "service") return node.id;
  const [name, namespace] = node.service?.split(".") ?? [];
  return isPart(node) && name && namespace ? `service:${namespace}/${name}` : node.id;
}

function groupNode(id: string, members: readonly GraphNode[], type: GraphType): GraphNode {
  const [first] = members;
  if (!first) throw new Error("a group has members");
  if (id === first.id && members.length === 1) return first;
  const { version, pods: _pods, badges: _badges, ...rest } = first;
  const own = type === "service" ? id.slice(id.indexOf("/") + 1) : (first.app ?? first.name);
  const badges = [...new Set(members.flatMap((node) => node.badges ?? []))] satisfies NodeBadge[];
  const counted = members.flatMap(({ pods }) => pods ?? []);
  const sum = (pick: (pods: { ready: number; total: number }) => number) =>
    counted.reduce((total, pods) => total + pick(pods), 0);
  const kind = members.some((node) => node.kind === "gateway")
    ? "gateway"
    : type === "service"
      ? "service"
      : "app";
  return {
    ...rest,
    ...{ id, kind, name: own },
    ...(type === "versionedApp" && version !== undefined && { version }),
    health: worst(members.map(({ health }) => health)),
    sidecar: members.some(({ sidecar }) => sidecar === "missing") ? "missing" : first.sidecar,
    ...(counted.length > 0 && {
      pods: { ready: sum(({ ready }) => ready), total: sum(({ total }) => total) },
    }),
    ...(badges.length > 0 && { badges }),
  };
}

const order = ["idle", "healthy", "degraded", "failing"] as const;
const worst = (states: readonly GraphNode["health"][]): GraphNode["health"] =>
  states.reduce((one, other) => (order.indexOf(one) >= order.indexOf(other) ? one : other), "idle");

function groupEdge(parts: readonly GraphEdge[]): GraphEdge[] {
  const [first, ...others] = parts;
  if (!first) return [];
  if (others.length === 0) return [first];
  const rate = parts.reduce((sum, edge) => sum + edge.rate, 0);
  const weighed = (value: (edge: GraphEdge) => number | undefined) => {
    const known = parts.filter((edge) => value(edge) !== undefined && edge.rate > 0);
    const weight = known.reduce((sum, edge) => sum + edge.rate, 0);
    return weight === 0
      ? undefined
      : known.reduce((sum, edge) => sum + (value(edge) ?? 0) * edge.rate, 0) / weight;
  };
  const { responseMs: _times, throughput: _bytes, failures: _failures, reason, ...rest } = first;
  const p50 = weighed((edge) => edge.responseMs?.p50);
  const p95 = weighed((edge) => edge.responseMs?.p95);
  const p99 = weighed((edge) => edge.responseMs?.p99);
  const failures = parts.flatMap((edge) => edge.failures ?? []).sort((one, other) => other.rate - one.rate);
  const bytes = parts.flatMap((edge) => edge.throughput ?? []);
  return [
    {
      ...rest,
      rate,
      errorPercent: weighed((edge) => edge.errorPercent) ?? 0,
      mtls: mtlsOf(weighed((edge) => edge.mtls.percent)),
      origin: parts.some((edge) => edge.origin === "traffic") ? "traffic" : "configured",
      // Different workloads may have different reasons; one is only told when it is everybody's.
      ...(reason && parts.every((edge) => edge.reason?.sentence === reason.sentence) && { reason }),
      ...(failures.length > 0 && { failures: failures.slice(0, 5) }),
      ...((p50 ?? p95 ?? p99) !== undefined && {
        responseMs: {
          ...(p50 !== undefined && { p50 }),
          ...(p95 !== undefined && { p95 }),
          ...(p99 !== undefined && { p99 }),
        },
      }),
      ...(bytes.length > 0 && {
        throughput: {
          request: bytes.reduce((sum, { request }) => sum + request, 0),
          response: bytes.reduce((sum, { response }) => sum + response, 0),
        },
      }),
    },
  ];
}

function mtlsOf(percent: number | undefined): MtlsBadge {
  if (percent === undefined) return { state: "no-traffic" };
  const rounding = 1e-6;
  if (percent >= 100 - rounding) return { state: "mtls", percent: 100 };
  return percent <= rounding ? { state: "plaintext", percent: 0 } : { state: "mixed", percent };
}
