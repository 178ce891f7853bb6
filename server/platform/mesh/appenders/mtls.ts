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
  return badgeOrNone(received(edge, map));
}

/** All that edges say together: requests, or bytes in a mesh that has only those. */
export function meshBadge(map: TrafficMap): MtlsBadge {
  const edges = [...map.edges.values()];
  const requests = sum(
    edges.filter((edge) => edge.protocol !== "tcp"),
    map,
  );
  return requests.total > 0 ? badge(requests.secured, requests.total) : badgeOrNone(sum(edges, map));
}

interface Received {
  readonly secured: number;
  readonly total: number;
}

function sum(edges: readonly TrafficEdge[], map: TrafficMap): Received {
  const all = edges.map((edge) => received(edge, map));
  const add = (field: "secured" | "total") => all.reduce((rate, each) => rate + each[field], 0);
  return { secured: add("secured"), total: add("total") };
}

function received(edge: TrafficEdge, map: TrafficMap): Received {
  if (edge.byDestination) return { secured: edge.mutualTls, total: edge.byDestination.total };
  const nobodyReports = map.nodes.get(edge.target)?.workload?.sidecar === false;
  return { secured: 0, total: nobodyReports ? (edge.bySource?.total ?? 0) : 0 };
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
