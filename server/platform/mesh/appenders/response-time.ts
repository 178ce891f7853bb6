import { MapBuilder } from "../map-builder.ts";
import { endsOf } from "../sample-ends.ts";
import type { ServiceIndex } from "../service-index.ts";
import type { Telemetry } from "../telemetry.ts";
import type { TrafficEdge, TrafficMap } from "../traffic-map.ts";

/**
 * Puts response times on edges that were seen. Callers' samples come last and win: they know the way there, too. Quantiles
 * of several series of one edge cannot be added up; the slowest stands for all.
 */
export function appendResponseTime(map: TrafficMap, telemetry: Telemetry, index: ServiceIndex): TrafficMap {
  if (telemetry.responseTimes.length === 0) return map;
  const builder = new MapBuilder(index, map);
  // Names edges; what it makes for samples without one is thrown away.
  const about = { builder: new MapBuilder(index, map), index };
  for (const { quantile, samples } of telemetry.responseTimes) {
    const slowest = new Map<TrafficEdge, number>();
    for (const sample of samples) {
      // NaN: a series without requests in the window.
      if (!Number.isFinite(sample.value)) continue;
      const edge = map.edges.get(endsOf(sample, about).id);
      if (edge?.origin === "traffic") slowest.set(edge, Math.max(slowest.get(edge) ?? 0, sample.value));
    }
    for (const [edge, value] of slowest) {
      const responseMs = { ...builder.edge(edge.id)?.responseMs, [quantile]: value };
      builder.put({ ...edge, responseMs });
    }
  }
  return builder.build();
}
