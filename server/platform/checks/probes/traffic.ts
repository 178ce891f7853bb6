import type { GraphEdge, MeshGraph } from "../../../contracts/index.ts";
import type { ConditionProbe } from "../../labs/index.ts";
import type { ProbeContext } from "../context.ts";
import { limits } from "../limits.ts";
import type { Outcome } from "../outcome.ts";
import { isRef } from "./workload-ref.ts";

type TrafficProbe = Extract<ConditionProbe, { type: "traffic" }>["traffic"];

/** Of the requests that went to these workloads lately, each got its share. Without requests none did. */
export async function probeTraffic(probe: TrafficProbe, context: ProbeContext): Promise<Outcome> {
  const graph = await context.graph({ windowSeconds: limits.trafficWindowSeconds });
  const rates = Object.keys(probe.split).map((to) => ({ to, rate: rateTo(to, probe.from, graph) }));
  const total = rates.reduce((sum, { rate }) => sum + rate, 0);
  const expected = Object.entries(probe.split)
    .map(([to, { min, max }]) => `${min === max ? min : `${min} to ${max}`} % to ${to}`)
    .join(", ");
  if (total === 0) {
    const [why] = graph.warnings;
    if (why !== undefined) return { kind: "unknown", why };
    const actual = `no traffic seen in the last ${graph.windowSeconds} s`;
    return { kind: "failed", expected, actual, next: "Send some requests, and keep them coming." };
  }
  const shares = rates.map(({ to, rate }) => ({ to, percent: (rate / total) * 100 }));
  const actual = shares.map(({ to, percent }) => `${Math.round(percent)} % to ${to}`).join(", ");
  const passed = shares.every(({ to, percent }) => {
    const bounds = probe.split[to];
    // A hair's breadth for floating point: shares summed from rates may be 99.999….
    return bounds !== undefined && percent >= bounds.min - 0.01 && percent <= bounds.max + 0.01;
  });
  return passed ? { kind: "passed", actual } : { kind: "failed", expected, actual };
}

function rateTo(to: string, from: string | undefined, graph: MeshGraph): number {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const wanted = (edge: GraphEdge) =>
    edge.origin === "traffic" &&
    isRef(nodes.get(edge.target), to) &&
    (from === undefined || isRef(nodes.get(edge.source), from));
  return graph.edges.filter(wanted).reduce((sum, edge) => sum + edge.rate, 0);
}
