import {
  type Health,
  mapNodes,
  type Rates,
  ratesOf,
  type TrafficEdge,
  type TrafficMap,
  type TrafficNode,
} from "../traffic-map.ts";

/** Shares of requests from which on something is degraded or failing; Kiali's defaults (config HealthConfig). */
const thresholds = {
  serverErrors: { degraded: 0, failing: 0.1 },
  clientErrors: { degraded: 0.1, failing: 0.2 },
  grpcErrors: { degraded: 0, failing: 0.1 },
  noResponse: { degraded: 0, failing: 0.1 },
} as const;

/** A node is as well as its pods and the requests it receives. */
export function appendHealth(map: TrafficMap): TrafficMap {
  const incoming = new Map<string, TrafficEdge[]>();
  for (const edge of map.edges.values()) {
    const edges = incoming.get(edge.target) ?? [];
    incoming.set(edge.target, edges);
    edges.push(edge);
  }
  return mapNodes(map, (node) => ({
    ...node,
    health: worst(podHealth(node), trafficHealth(incoming.get(node.id) ?? [])),
  }));
}

function podHealth({ workload }: TrafficNode): Health {
  if (!workload || workload.pods.total === 0) return "idle";
  if (workload.pods.ready >= workload.pods.total) return "healthy";
  return workload.pods.ready === 0 ? "failing" : "degraded";
}

function trafficHealth(edges: readonly TrafficEdge[]): Health {
  const counted = edges.flatMap((edge) => ratesOf(edge) ?? []);
  const total = counted.reduce((sum, rates) => sum + rates.total, 0);
  if (total === 0) return "idle";
  const share = (kind: keyof Rates) => counted.reduce((sum, rates) => sum + rates[kind], 0) / total;
  const kinds = ["serverErrors", "clientErrors", "grpcErrors", "noResponse"] as const;
  return kinds.map((kind) => judge(share(kind), thresholds[kind], kind)).reduce(worst, "healthy");
}

function judge(share: number, limit: { degraded: number; failing: number }, kind: keyof Rates): Health {
  if (share >= limit.failing) return "failing";
  // "more than 0 %" for server errors, "10 % and more" for the caller's own mistakes.
  const degraded = kind === "clientErrors" ? share >= limit.degraded : share > limit.degraded;
  return degraded ? "degraded" : "healthy";
}

const order: readonly Health[] = ["idle", "healthy", "degraded", "failing"];

function worst(a: Health, b: Health): Health {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

/** Requests that ended in an error of any kind, in percent. */
export function errorPercent(rates: Rates | undefined): number {
  if (!rates || rates.total === 0) return 0;
  const errors = rates.clientErrors + rates.serverErrors + rates.noResponse + rates.grpcErrors;
  return Math.min(100, (errors / rates.total) * 100);
}
