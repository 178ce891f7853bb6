import { MapBuilder } from "../map-builder.ts";
import { endsOf } from "../sample-ends.ts";
import type { ServiceIndex } from "../service-index.ts";
import type { Telemetry } from "../telemetry.ts";
import type { TrafficMap } from "../traffic-map.ts";

/** Puts bytes per second of request and response bodies on edges that were seen. */
export function appendThroughput(map: TrafficMap, telemetry: Telemetry, index: ServiceIndex): TrafficMap {
  const { requestBytes, responseBytes } = telemetry;
  if (requestBytes.length + responseBytes.length === 0) return map;
  const builder = new MapBuilder(index, map);
  // Names edges; what it makes for samples without one is thrown away.
  const about = { builder: new MapBuilder(index, map), index };
  for (const [direction, samples] of [
    ["request", requestBytes],
    ["response", responseBytes],
  ] as const)
    for (const sample of samples) {
      const { id } = endsOf(sample, about);
      const edge = builder.edge(id);
      if (edge?.origin !== "traffic" || !Number.isFinite(sample.value)) continue;
      const before = edge.throughput ?? { request: 0, response: 0 };
      builder.put({ ...edge, throughput: { ...before, [direction]: before[direction] + sample.value } });
    }
  return builder.build();
}
