import type { Deployment, ReplicaSet } from "../../apis/index.ts";
import { DESIRED, MAX_REPLICAS, oldestFirst } from "./revision.ts";
import { available, isRolling, maxSurge, type Resize, sum, wanted } from "./rolling.ts";

/** True when the deployment's size changed since its active replica sets were last sized. Follows isScalingEvent. */
export function isScalingEvent({ spec }: Deployment, all: readonly ReplicaSet[]): boolean {
  return all.some((set) => {
    const desired = set.metadata.annotations?.[DESIRED];
    return wanted(set) > 0 && desired !== undefined && Number(desired) !== spec.replicas;
  });
}

/** Sizes after `kubectl scale`, also in the middle of a rollout or while paused. Follows sync.go scale. */
export function planScaling(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): Resize[] {
  const replicas = deployment.spec.replicas ?? 0;
  const active = [...old, ...(current ? [current] : [])].filter((set) => wanted(set) > 0);
  const only = active.length === 0 ? (current ?? old.at(-1)) : active.length === 1 ? active[0] : undefined;
  // Named even when its size is right: its annotations may still tell the old one.
  if (only) return [{ replicaSet: only, replicas }];
  if (current && isSaturated(deployment, current)) {
    return old.filter((set) => wanted(set) > 0).map((replicaSet) => ({ replicaSet, replicas: 0 }));
  }
  return isRolling(deployment) ? proportionally(deployment, active) : [];
}

/** The new replica set has all that the deployment wants, all of it available. */
function isSaturated({ spec }: Deployment, current: ReplicaSet): boolean {
  const desired = Number(current.metadata.annotations?.[DESIRED]);
  const replicas = spec.replicas ?? 0;
  return wanted(current) === replicas && desired === replicas && available(current) === replicas;
}

function proportionally(deployment: Deployment, active: readonly ReplicaSet[]): Resize[] {
  const replicas = deployment.spec.replicas ?? 0;
  const allowed = replicas > 0 ? replicas + maxSurge(deployment) : 0;
  const toAdd = allowed - sum(active, wanted);
  const newestFirst = (a: ReplicaSet, b: ReplicaSet) => oldestFirst(b, a);
  const sorted = [...active].sort(
    (a, b) => wanted(b) - wanted(a) || (toAdd > 0 ? newestFirst(a, b) : oldestFirst(a, b)),
  );
  let added = 0;
  const sizes = sorted.map((replicaSet) => {
    const share = shareOf(deployment, replicaSet, { toAdd, left: toAdd - added });
    added += share;
    return { replicaSet, replicas: wanted(replicaSet) + share };
  });
  return sizes.map((size, index) =>
    index === 0 ? { ...size, replicas: Math.max(0, size.replicas + toAdd - added) } : size,
  );
}

/** Follows GetReplicaSetProportion: the set's part of what is to be added, or, below zero, taken away. */
function shareOf(
  { spec, status, ...deployment }: Deployment,
  set: ReplicaSet,
  { toAdd, left }: { toAdd: number; left: number },
): number {
  if (toAdd === 0 || left === 0) return 0;
  const replicas = spec.replicas ?? 0;
  if (replicas === 0) return Math.max(-wanted(set), left);
  const before = Number(set.metadata.annotations?.[MAX_REPLICAS] ?? status?.replicas ?? 0) || 1;
  const most = replicas + maxSurge({ ...deployment, spec });
  const share = Math.round((wanted(set) * most) / before) - wanted(set);
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
}
