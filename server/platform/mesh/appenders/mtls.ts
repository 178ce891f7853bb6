import type { MtlsBadge } from "../../../contracts/index.ts";
import { mapEdges, noTraffic, type TrafficEdge, type TrafficMap } from "../traffic-map.ts";

/**
 * Judges each edge by what the destination reports. Where there is nobody to report (no sidecar), traffic is plaintext;
 * where there is, and it counted nothing, nothing got in.
 */
export function appendMtls(map: TrafficMap): TrafficMap {
  return mapEdges(map, (edge) => ({ ...edge, mtls: badgeOf(edge, map) }));
}

function badgeOf(edge: TrafficEdge, map: TrafficMap): MtlsBadge {
  if (edge.byDestination) return badge(edge.mutualTls, edge.byDestination.total);
  const target = map.nodes.get(edge.target);
  if (edge.bySource && target?.workload?.sidecar === false) return badge(0, edge.bySource.total);
  return noTraffic;
}

/** All that sidecars received: requests, or bytes in a mesh that has only those. */
export function meshBadge(map: TrafficMap): MtlsBadge {
  const edges = [...map.edges.values()];
  const requests = sum(edges.filter((edge) => edge.protocol !== "tcp"));
  return requests.total > 0 ? badge(requests.secured, requests.total) : badgeOrNone(sum(edges));
}

function sum(edges: readonly TrafficEdge[]): { secured: number; total: number } {
  const secured = edges.reduce((rate, edge) => rate + edge.mutualTls, 0);
  const total = edges.reduce((rate, edge) => rate + (edge.byDestination?.total ?? 0), 0);
  return { secured, total };
}

function badgeOrNone({ secured, total }: { secured: number; total: number }): MtlsBadge {
  return total > 0 ? badge(secured, total) : noTraffic;
}

function badge(secured: number, total: number): MtlsBadge {
  // Both numbers are sums of the same samples, in the same order; a share below this is rounding, not traffic.
  const rounding = total * 1e-9;
  if (secured >= total - rounding) return { state: "mtls", percent: 100 };
  if (secured <= rounding) return { state: "plaintext", percent: 0 };
  return { state: "mixed", percent: (secured / total) * 100 };
}
