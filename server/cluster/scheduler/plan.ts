import type { Node, Pod } from "../apis/index.ts";
import { affinityObstacle, type Surroundings } from "./affinity.ts";
import { type Obstacle, obstacles } from "./filter.ts";
import { freedom, type NodeUse, podRequests, useOf } from "./resources.ts";
import { spreadObstacle } from "./spread.ts";

export type Placement =
  | { readonly kind: "bind"; readonly node: string }
  | {
      readonly kind: "unschedulable";
      readonly reasons: string;
      /** What is against each node, in the order of the candidates. */
      readonly against: readonly (readonly Obstacle[])[];
    };

export interface Candidate {
  readonly node: Node;
  readonly use: NodeUse;
  pods(): Iterable<Pod>;
}

export interface World {
  readonly candidates: readonly Candidate[];
  readonly namespaceLabels: Surroundings["namespaceLabels"];
  /** False while no pod of the cluster refuses company: then nobody's pods need to be looked through. */
  readonly repelling: boolean;
  /** The same node with other pods on it. */
  withPods(candidate: Candidate, pods: readonly Pod[]): Candidate;
}

const RULES = {
  affinity: { reason: "node(s) didn't match pod affinity rules", resolvable: false },
  "anti-affinity": { reason: "node(s) didn't match pod anti-affinity rules", resolvable: true },
  "existing-anti-affinity": {
    reason: "node(s) didn't satisfy existing pods anti-affinity rules",
    resolvable: true,
  },
  uneven: { reason: "node(s) didn't match pod topology spread constraints", resolvable: true },
  "missing-label": {
    reason: "node(s) didn't match pod topology spread constraints (missing required label)",
    resolvable: false,
  },
} as const;

/** What keeps a pod from a node; empty: nothing. The first plugin that refuses decides, as upstream. */
export function verdict(pod: Pod, { node, use, pods }: Candidate, world: World): Obstacle[] {
  const own = obstacles(pod, { node, use, pods });
  if (own.length > 0) return own;
  const around = { nodes: world.candidates, namespaceLabels: world.namespaceLabels };
  const spread = pod.spec.topologySpreadConstraints ? spreadObstacle(pod, node, around) : undefined;
  if (spread) return [RULES[spread]];
  const asked = pod.spec.affinity !== undefined || world.repelling;
  const company = asked ? affinityObstacle(pod, node, around) : undefined;
  return company ? [RULES[company]] : [];
}

/** Filters, scores and picks; equals are decided by `draw`. */
export function planPlacement(pod: Pod, world: World, draw: (below: number) => number): Placement {
  const { candidates } = world;
  const verdicts = candidates.map((candidate) => ({ ...candidate, against: verdict(pod, candidate, world) }));
  const fitting = verdicts.filter(({ against }) => against.length === 0);
  if (fitting.length === 0) return explain(verdicts.map(({ against }) => against));
  const requests = podRequests(pod);
  const scores = fitting.map(({ node, use }) => Math.round(freedom(node, use, requests)));
  const best = Math.max(...scores);
  const winners = fitting.filter((_, index) => scores[index] === best);
  const winner = winners[draw(winners.length)] ?? winners[0];
  return { kind: "bind", node: winner?.node.metadata.name ?? "" };
}

/** A pod that no node can take, whatever nodes there are: a plugin has refused it before looking at any. */
export function refusedByAll(reason: string, nodes: number): Placement {
  const against = Array.from({ length: nodes }, () => [{ reason, resolvable: false }]);
  return { kind: "unschedulable", reasons: `0/${nodes} nodes are available: ${reason}.`, against };
}

/** Worded as framework.FitError. */
function explain(against: readonly (readonly Obstacle[])[]): Placement {
  if (against.length === 0)
    return { kind: "unschedulable", reasons: "no nodes available to schedule pods", against };
  return {
    kind: "unschedulable",
    reasons: counted(
      against.flat().map(({ reason }) => reason),
      against.length,
    ),
    against,
  };
}

/** `0/2 nodes are available: 1 this, 1 that.` */
export function counted(reasons: readonly string[], nodes: number): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const texts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodes} nodes are available: ${texts.join(", ")}.`;
}

export const withPods = (candidate: Candidate, pods: readonly Pod[]): Candidate => ({
  node: candidate.node,
  use: useOf(pods),
  pods: () => pods,
});
