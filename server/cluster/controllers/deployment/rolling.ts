import type { Deployment, ReplicaSet } from "../../apis/index.ts";

// The arithmetic of a rolling update. Follows pkg/controller/deployment/util/deployment_util.go and rolling.go.

type IntOrPercent = number | string | undefined;

function resolve(value: IntOrPercent, total: number, round: (x: number) => number): number {
  if (typeof value === "number") return value;
  const percent = Number.parseInt(value ?? "0", 10) || 0;
  return round((percent * total) / 100);
}

/** Follows ResolveFenceposts: surge rounds up, unavailable down, and not both may be nothing. */
function fenceposts({ spec }: Deployment): { surge: number; unavailable: number } {
  const { maxSurge: most, maxUnavailable: least } = spec.strategy?.rollingUpdate ?? {};
  const surge = resolve(most, spec.replicas ?? 0, Math.ceil);
  const unavailable = resolve(least, spec.replicas ?? 0, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export function isRolling({ spec }: Deployment): boolean {
  return spec.strategy?.type !== "Recreate";
}

export function maxSurge(deployment: Deployment): number {
  return isRolling(deployment) ? fenceposts(deployment).surge : 0;
}

export function maxUnavailable(deployment: Deployment): number {
  const replicas = deployment.spec.replicas ?? 0;
  if (!isRolling(deployment) || replicas === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, replicas);
}

export const wanted = ({ spec }: ReplicaSet) => spec.replicas ?? 0;
export const available = ({ status }: ReplicaSet) => status?.availableReplicas ?? 0;
export const sum = (sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number) =>
  sets.reduce((total, set) => total + of(set), 0);

/** How large the new replica set may be now. Follows NewRSNewReplicas. */
export function newSize(deployment: Deployment, all: readonly ReplicaSet[], current: number): number {
  const replicas = deployment.spec.replicas ?? 0;
  if (!isRolling(deployment)) return replicas;
  const room = replicas + maxSurge(deployment) - sum(all, wanted);
  if (room <= 0) return current;
  return current + Math.min(room, replicas - current);
}

export interface Resize {
  readonly replicaSet: ReplicaSet;
  readonly replicas: number;
}

/** Which old replica sets may shrink now. `old` is oldest first. Follows reconcileOldReplicaSets. */
export function shrinkOld(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): Resize[] {
  if (sum(old, wanted) === 0) return [];
  const all = [...old, current];
  const least = (deployment.spec.replicas ?? 0) - maxUnavailable(deployment);
  const notYet = wanted(current) - available(current);
  const most = sum(all, wanted) - least - notYet;
  if (most <= 0) return [];
  const sizes = new Map(old.map((set) => [set, wanted(set)]));
  takeUnhealthy(sizes, most);
  takeHealthy(sizes, sum(all, available) - least);
  return old.flatMap((set) => {
    const replicas = sizes.get(set) ?? 0;
    return replicas === wanted(set) ? [] : [{ replicaSet: set, replicas }];
  });
}

/** Pods that serve nobody go first. */
function takeUnhealthy(sizes: Map<ReplicaSet, number>, most: number): void {
  let left = most;
  for (const [set, size] of sizes) {
    const take = Math.min(left, Math.max(0, size - available(set)));
    sizes.set(set, size - take);
    left -= take;
  }
}

function takeHealthy(sizes: Map<ReplicaSet, number>, most: number): void {
  let left = Math.max(0, most);
  for (const [set, size] of sizes) {
    const take = Math.min(left, size);
    sizes.set(set, size - take);
    left -= take;
  }
}
