import type { MeshGraph } from "../../../contracts/index.ts";
import { type KubeObject, MemoryCluster } from "../../kube/index.ts";
import { buildGraph } from "../build-graph.ts";
import { readSnapshot } from "../read-snapshot.ts";
import { noTelemetry, type Telemetry } from "../telemetry.ts";

/** The graph of these objects with this telemetry. */
export async function graphOf(
  objects: readonly KubeObject[],
  telemetry: Partial<Telemetry> = {},
  namespaces?: string[],
): Promise<MeshGraph> {
  const { snapshot, warnings } = await readSnapshot(new MemoryCluster({ objects }));
  return buildGraph({
    snapshot,
    warnings,
    telemetry: { ...noTelemetry, ...telemetry },
    request: { windowSeconds: 30, ...(namespaces ? { namespaces } : {}) },
    generatedAt: 1,
  });
}

/** Edges as a reader would say them: "source > target state". */
export function edgesOf(graph: MeshGraph): string[] {
  const name = (id: string) => graph.nodes.find((node) => node.id === id)?.name ?? `?${id}`;
  return graph.edges.map((edge) => `${name(edge.source)} > ${name(edge.target)} ${edge.mtls.state}`);
}
