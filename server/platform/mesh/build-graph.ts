import type { MeshGraph, MeshGraphRequest } from "../../contracts/index.ts";
import { configuredTopology } from "./appenders/configured.ts";
import { appendHealth } from "./appenders/health.ts";
import { appendIstioObjects } from "./appenders/istio-objects.ts";
import { appendMtls, meshBadge } from "./appenders/mtls.ts";
import { appendReasons } from "./appenders/reasons.ts";
import { appendResponseTime } from "./appenders/response-time.ts";
import { appendThroughput } from "./appenders/throughput.ts";
import { appendTraffic } from "./appenders/traffic.ts";
import { toElements } from "./elements.ts";
import { scopeOf } from "./scope.ts";
import { indexServices } from "./service-index.ts";
import type { MeshSnapshot } from "./snapshot-types.ts";
import type { Telemetry } from "./telemetry.ts";

export interface GraphInput {
  readonly snapshot: MeshSnapshot;
  readonly telemetry: Telemetry;
  readonly request: MeshGraphRequest;
  readonly generatedAt: number;
  readonly warnings: readonly string[];
}

/** Pure: the same cluster and the same telemetry make the same graph. */
export function buildGraph(input: GraphInput): MeshGraph {
  const index = indexServices(input.snapshot);
  const scope = scopeOf(input.request.namespaces);
  const configured = configuredTopology(index, scope);
  const seen = appendMtls(appendTraffic(configured, input.telemetry, { index, scope }));
  const timed = appendResponseTime(seen, input.telemetry, index);
  const weighed = appendThroughput(timed, input.telemetry, index);
  const map = appendIstioObjects(appendReasons(appendHealth(weighed), index), index);
  const { nodes, edges, warnings } = toElements(map);
  return {
    generatedAt: input.generatedAt,
    windowSeconds: input.request.windowSeconds,
    nodes,
    edges,
    mesh: meshBadge(map),
    warnings: [...input.warnings, ...warnings],
  };
}
