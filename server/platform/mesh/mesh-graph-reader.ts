import type { MeshGraph, MeshGraphRequest } from "../../contracts/index.ts";
import type { KubeCluster } from "../kube/index.ts";
import { buildGraph } from "./build-graph.ts";
import { createQuery, type Query } from "./promql/prometheus.ts";
import { readSnapshot } from "./read-snapshot.ts";
import { noTelemetry, readTelemetry, type Telemetry } from "./telemetry.ts";

export interface MeshGraphReaderDeps {
  readonly cluster: KubeCluster;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Where Prometheus is; by default where Istio's add-on puts it. */
  readonly prometheus?:
    | { readonly namespace: string; readonly service: string; readonly port: number }
    | undefined;
}

export interface MeshGraphReader {
  /** Reads the cluster and its Prometheus now. What cannot be read is a warning; the rest of the graph stands. */
  graph(request: MeshGraphRequest): Promise<MeshGraph>;
}

const istioAddon = { namespace: "istio-system", service: "prometheus", port: 9090 };

export function createMeshGraphReader(deps: MeshGraphReaderDeps): MeshGraphReader {
  const query = createQuery(deps.cluster, deps.prometheus ?? istioAddon);
  return {
    async graph(request) {
      const [{ snapshot, warnings }, traffic] = await Promise.all([
        readSnapshot(deps.cluster),
        telemetryOrWarning(query, request),
      ]);
      return buildGraph({
        snapshot,
        telemetry: traffic.telemetry,
        request,
        generatedAt: request.at ?? deps.now(),
        warnings: [...warnings, ...traffic.warnings],
      });
    },
  };
}

async function telemetryOrWarning(
  query: Query,
  request: MeshGraphRequest,
): Promise<{ telemetry: Telemetry; warnings: string[] }> {
  try {
    return { telemetry: await readTelemetry(query, request), warnings: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      telemetry: noTelemetry,
      warnings: [`Prometheus does not answer, so no traffic is shown: ${why}`],
    };
  }
}
