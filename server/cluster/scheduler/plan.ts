import type { Node, Pod } from "../apis/index.ts";
import { type Obstacle, obstacles } from "./filter.ts";
import { freedom, type NodeUse, podRequests } from "./resources.ts";

export type Placement =
  | { readonly kind: "bind"; readonly node: string }
  | { readonly kind: "unschedulable"; readonly message: string };

export interface Candidate {
  readonly node: Node;
  readonly use: NodeUse;
}

/** Filters, scores and picks; equals are decided by `draw`. */
export function planPlacement(
  pod: Pod,
  candidates: readonly Candidate[],
  draw: (below: number) => number,
): Placement {
  const verdicts = candidates.map((candidate) => ({
    ...candidate,
    against: obstacles(pod, candidate.node, candidate.use),
  }));
  const fitting = verdicts.filter(({ against }) => against.length === 0);
  if (fitting.length === 0) {
    return { kind: "unschedulable", message: explain(verdicts.map(({ against }) => against)) };
  }
  const requests = podRequests(pod);
  const scores = fitting.map(({ node, use }) => Math.round(freedom(node, use, requests)));
  const best = Math.max(...scores);
  const winners = fitting.filter((_, index) => scores[index] === best);
  const winner = winners[draw(winners.length)] ?? winners[0];
  return { kind: "bind", node: winner?.node.metadata.name ?? "" };
}

/** A pod that no node can take, whatever nodes there are: a plugin has refused it before looking at any. */
export function refusedByAll(reason: string, nodes: number): Placement {
  const none = `0/${nodes} nodes are available:`;
  return {
    kind: "unschedulable",
    message: `${none} ${reason}. preemption: ${none} ${nodes} Preemption is not helpful for scheduling.`,
  };
}

/** Worded as framework.FitError and the pre-emption plugin word it. */
function explain(all: readonly (readonly Obstacle[])[]): string {
  if (all.length === 0) return "no nodes available to schedule pods";
  const counts = new Map<string, number>();
  for (const { reason } of all.flat()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  const helpless = all.filter((against) => against.some(({ resolvable }) => !resolvable)).length;
  const victims = all.length - helpless;
  const preemption = [
    ...(victims > 0 ? [`${victims} No preemption victims found for incoming pod`] : []),
    ...(helpless > 0 ? [`${helpless} Preemption is not helpful for scheduling`] : []),
  ];
  const none = `0/${all.length} nodes are available:`;
  return `${none} ${reasons.join(", ")}. preemption: ${none} ${preemption.join(", ")}.`;
}
