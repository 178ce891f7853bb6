import type { Deployment, Pod, ReplicaSet } from "../../apis/index.ts";
import { controllerOf } from "../common/owners.ts";
import { isEnded } from "../common/pods.ts";
import { revisionOf, splitReplicaSets } from "./revision.ts";
import { isRolling, newSize, type Resize, shrinkOld, wanted } from "./rolling.ts";
import { isScalingEvent, planScaling } from "./scaling.ts";

export interface RolloutPlan {
  /** Make the new replica set, this large. */
  readonly create?: { readonly replicas: number };
  readonly resize: readonly Resize[];
  /** Old replica sets beyond the history limit, if the rollout turns out complete. */
  readonly cleanup: readonly ReplicaSet[];
  /** Paused, scaling or being deleted: progress is not judged. */
  readonly judgeProgress: boolean;
}

export interface World {
  readonly replicaSets: readonly ReplicaSet[];
  /** Pods of all the replica sets; only Recreate looks. */
  readonly pods: readonly Pod[];
}

/** The next step of a deployment; further steps follow when this one shows in the world. Follows syncDeployment. */
export function planRollout(deployment: Deployment, { replicaSets, pods }: World): RolloutPlan {
  const { current, old } = splitReplicaSets(deployment, replicaSets);
  const cleanup = surplusHistory(deployment, old);
  const nothing = { resize: [], cleanup: [], judgeProgress: false };
  if (deployment.metadata.deletionTimestamp) return nothing;
  if (deployment.spec.paused || isScalingEvent(deployment, replicaSets)) {
    const resize = planScaling(deployment, current, old);
    return { resize, cleanup: deployment.spec.paused ? cleanup : [], judgeProgress: false };
  }
  const resize = isRolling(deployment)
    ? rollingSteps(deployment, current, old)
    : recreateSteps(deployment, { current, old, pods });
  return resize === "create"
    ? { create: { replicas: newSize(deployment, replicaSets, 0) }, resize: [], cleanup, judgeProgress: true }
    : { resize, cleanup, judgeProgress: true };
}

function rollingSteps(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): "create" | Resize[] {
  if (!current) return "create";
  const replicas = deployment.spec.replicas ?? 0;
  if (wanted(current) > replicas) return [{ replicaSet: current, replicas }];
  const size = newSize(deployment, [...old, current], wanted(current));
  if (size !== wanted(current)) return [{ replicaSet: current, replicas: size }];
  return shrinkOld(deployment, current, old);
}

/** All old pods end before the first new one is made. */
function recreateSteps(
  deployment: Deployment,
  {
    current,
    old,
    pods,
  }: { current: ReplicaSet | undefined; old: readonly ReplicaSet[]; pods: readonly Pod[] },
): "create" | Resize[] {
  const active = old.filter((set) => wanted(set) > 0);
  if (active.length > 0) return active.map((replicaSet) => ({ replicaSet, replicas: 0 }));
  const lingering = pods.some((pod) => !isEnded(pod) && controllerOf(pod)?.uid !== current?.metadata.uid);
  if (lingering) return [];
  if (!current) return "create";
  const replicas = deployment.spec.replicas ?? 0;
  return wanted(current) === replicas ? [] : [{ replicaSet: current, replicas }];
}

/** Follows cleanupDeployment: the oldest revisions that hold no pods. */
function surplusHistory({ spec }: Deployment, old: readonly ReplicaSet[]): ReplicaSet[] {
  const alive = old.filter(({ metadata }) => !metadata.deletionTimestamp);
  const surplus = alive.length - (spec.revisionHistoryLimit ?? 10);
  if (surplus <= 0) return [];
  return [...alive]
    .sort((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, surplus)
    .filter(
      (set) =>
        wanted(set) === 0 &&
        (set.status?.replicas ?? 0) === 0 &&
        (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0),
    );
}
