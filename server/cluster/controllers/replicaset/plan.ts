import type { Pod, ReplicaSet } from "../../apis/index.ts";
import { conditionOf, isReady } from "../common/pods.ts";
import { BURST_REPLICAS } from "../limits.ts";

export interface PodPlan {
  /** How many pods to make. */
  readonly create: number;
  readonly remove: readonly Pod[];
}

/** What brings the number of active pods to the number wanted. */
export function planPods(replicaSet: ReplicaSet, active: readonly Pod[]): PodPlan {
  const missing = (replicaSet.spec.replicas ?? 0) - active.length;
  if (missing >= 0) return { create: Math.min(missing, BURST_REPLICAS), remove: [] };
  const surplus = Math.min(-missing, BURST_REPLICAS);
  return { create: 0, remove: [...active].sort(cheapestFirst(active)).slice(0, surplus) };
}

const COST = "controller.kubernetes.io/pod-deletion-cost";
const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** Follows ActivePodsWithRanks.Less: what is lost least with goes first. */
function cheapestFirst(active: readonly Pod[]): (a: Pod, b: Pod) => number {
  const onNode = new Map<string, number>();
  for (const { spec } of active) onNode.set(spec.nodeName ?? "", (onNode.get(spec.nodeName ?? "") ?? 0) + 1);
  const rank = ({ spec }: Pod) => onNode.get(spec.nodeName ?? "") ?? 0;
  return (a, b) =>
    Number(!!a.spec.nodeName) - Number(!!b.spec.nodeName) ||
    phase(a) - phase(b) ||
    Number(isReady(a)) - Number(isReady(b)) ||
    cost(a) - cost(b) ||
    rank(b) - rank(a) ||
    readySince(b) - readySince(a) ||
    restarts(b) - restarts(a) ||
    created(b) - created(a);
}

const phase = ({ status }: Pod) => PHASES[status?.phase ?? "Pending"] ?? 0;
const cost = ({ metadata }: Pod) => Number(metadata.annotations?.[COST] ?? 0) || 0;
const created = ({ metadata }: Pod) => Date.parse(metadata.creationTimestamp ?? "") || 0;
const readySince = (pod: Pod) => Date.parse(conditionOf(pod, "Ready")?.lastTransitionTime ?? "") || 0;
const restarts = ({ status }: Pod) =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
