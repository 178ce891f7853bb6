import type { GraphEdge, MeshGraph } from "../../../contracts/index.ts";
import type { ConditionProbe } from "../../labs/index.ts";
import type { ProbeContext } from "../context.ts";
import { limits } from "../limits.ts";
import type { Outcome } from "../outcome.ts";
import { isRef } from "./workload-ref.ts";

type MtlsProbe = Extract<ConditionProbe, { type: "mtls" }>["mtls"];

/** The share of mutual TLS in what a workload received lately lies within bounds. Without traffic it does not. */
export async function probeMtls(probe: MtlsProbe, context: ProbeContext): Promise<Outcome> {
  const graph = await context.graph({ windowSeconds: limits.trafficWindowSeconds });
  const edges = edgesOf(graph, probe).filter((edge) => edge.mtls.percent !== undefined);
  const expected = `${bounds(probe)} of ${subject(probe)} over mutual TLS`;
  if (edges.length === 0) {
    // Without Prometheus nobody can know; with it, silence is an answer.
    const [why] = graph.warnings;
    if (why !== undefined) return { kind: "unknown", why };
    const actual = `no traffic seen in the last ${graph.windowSeconds} s`;
    return { kind: "failed", expected, actual, next: "Send some requests, and keep them coming." };
  }
  const rate = edges.reduce((sum, edge) => sum + edge.rate, 0);
  const secured = edges.reduce((sum, edge) => sum + edge.rate * ((edge.mtls.percent ?? 0) / 100), 0);
  const percent = rate === 0 ? 0 : (secured / rate) * 100;
  const actual = `${Math.round(percent)} % over mutual TLS (${edges.map((edge) => describe(edge, graph)).join("; ")})`;
  // A hair's breadth for floating point: 100 % summed from rates may be 99.999….
  const passed = percent >= probe.min - 0.01 && percent <= probe.max + 0.01;
  return passed ? { kind: "passed", actual } : { kind: "failed", expected, actual };
}

function edgesOf(graph: MeshGraph, probe: MtlsProbe): GraphEdge[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  return graph.edges.filter((edge) => {
    const [source, target] = [nodes.get(edge.source), nodes.get(edge.target)];
    if (edge.origin !== "traffic" || !isRef(target, probe.to)) return false;
    return probe.from === undefined || isRef(source, probe.from);
  });
}

function describe(edge: GraphEdge, graph: MeshGraph): string {
  const source = graph.nodes.find((node) => node.id === edge.source);
  return `from ${source?.name ?? edge.source}: ${Math.round(edge.mtls.percent ?? 0)} %`;
}

function bounds({ min, max }: MtlsProbe): string {
  if (max === 100) return min === 100 ? "all" : `at least ${min} %`;
  return min === 0 ? `at most ${max} %` : `between ${min} and ${max} %`;
}

function subject({ from, to }: MtlsProbe): string {
  return from === undefined ? `the requests to ${to}` : `the requests from ${from} to ${to}`;
}
