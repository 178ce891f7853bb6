import type { Condition, Deployment, DeploymentStatus, ReplicaSet } from "../../apis/index.ts";
import { available, maxUnavailable, sum } from "./rolling.ts";

// Follows pkg/controller/deployment/{sync,progress}.go; reasons and messages are upstream's.

export interface StatusInput {
  readonly all: readonly ReplicaSet[];
  readonly current?: ReplicaSet;
  readonly judgeProgress: boolean;
  /** A condition that this reconcile found out itself: a set made, found, or not made. */
  readonly progress?: Omit<Condition, "type">;
  readonly collisionCount?: number;
  readonly now: number;
  readonly timestamp: string;
}

type Finding = Pick<Condition, "type" | "status" | "reason" | "message">;

export function deploymentStatus(deployment: Deployment, input: StatusInput): DeploymentStatus {
  const counts = countReplicas(deployment, input);
  let conditions = deployment.status?.conditions ?? [];
  const set = (finding: Finding, renew = false) => {
    conditions = withCondition(conditions, { ...finding, timestamp: input.timestamp, renew });
  };
  const least = (deployment.spec.replicas ?? 0) - maxUnavailable(deployment);
  set((counts.availableReplicas ?? 0) >= least ? AVAILABLE : UNAVAILABLE);
  const pause = pauseFinding(deployment);
  if (pause) set(pause);
  if (input.progress) set({ type: "Progressing", ...input.progress });
  else if (input.judgeProgress) {
    const verdict = judge(deployment, counts, { ...input, conditions });
    if (verdict) set(verdict, verdict.reason === "ReplicaSetUpdated");
  }
  conditions = withFailures(conditions, input);
  return { ...counts, ...(conditions.length > 0 ? { conditions } : {}) };
}

const AVAILABLE: Finding = {
  type: "Available",
  status: "True",
  reason: "MinimumReplicasAvailable",
  message: "Deployment has minimum availability.",
};
const UNAVAILABLE: Finding = {
  type: "Available",
  status: "False",
  reason: "MinimumReplicasUnavailable",
  message: "Deployment does not have minimum availability.",
};

function countReplicas(
  deployment: Deployment,
  { all, current, collisionCount }: StatusInput,
): DeploymentStatus {
  const replicas = sum(all, ({ status }) => status?.replicas ?? 0);
  const ready = sum(all, ({ status }) => status?.readyReplicas ?? 0);
  const isAvailable = sum(all, available);
  const updated = current?.status?.replicas ?? 0;
  const unavailable = Math.max(0, replicas - isAvailable);
  const collisions = collisionCount ?? deployment.status?.collisionCount;
  return {
    ...(isAvailable > 0 ? { availableReplicas: isAvailable } : {}),
    ...(collisions ? { collisionCount: collisions } : {}),
    observedGeneration: deployment.metadata.generation ?? 0,
    ...(ready > 0 ? { readyReplicas: ready } : {}),
    ...(replicas > 0 ? { replicas } : {}),
    ...(unavailable > 0 ? { unavailableReplicas: unavailable } : {}),
    ...(updated > 0 ? { updatedReplicas: updated } : {}),
  };
}

/** Follows DeploymentComplete. */
export function isComplete({ spec, metadata }: Deployment, status: DeploymentStatus): boolean {
  const replicas = spec.replicas ?? 0;
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}

function progressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function judge(
  deployment: Deployment,
  status: DeploymentStatus,
  { current, now, conditions }: StatusInput & { conditions: readonly Condition[] },
): Finding | undefined {
  const present = conditions.find(({ type }) => type === "Progressing");
  const settled = present?.reason === "NewReplicaSetAvailable";
  if (settled && (status.replicas ?? 0) === (status.updatedReplicas ?? 0)) return undefined;
  const name = current?.metadata.name;
  const subject = name ? `ReplicaSet "${name}"` : `Deployment "${deployment.metadata.name}"`;
  const finding = (state: "True" | "False", reason: string, does: string): Finding => ({
    type: "Progressing",
    status: state,
    reason,
    message: `${subject} ${does}`,
  });
  if (isComplete(deployment, status)) {
    return finding("True", "NewReplicaSetAvailable", "has successfully progressed.");
  }
  if (progressed(deployment.status ?? {}, status)) {
    return finding("True", "ReplicaSetUpdated", "is progressing.");
  }
  const left = deadlineIn(deployment, present, now);
  if (settled || left === undefined || left > 0) return undefined;
  return finding("False", "ProgressDeadlineExceeded", "has timed out progressing.");
}

/** Milliseconds until the rollout counts as stuck; undefined when nothing is being waited for. */
export function deadlineIn({ spec }: Deployment, progressing: Condition | undefined, now: number) {
  if (!progressing || progressing.reason === "NewReplicaSetAvailable") return undefined;
  const since = Date.parse(progressing.lastUpdateTime ?? "");
  if (Number.isNaN(since)) return undefined;
  return since + (spec.progressDeadlineSeconds ?? 600) * 1000 - now;
}

/** Follows checkPausedConditions. */
function pauseFinding({ spec, status }: Deployment): Finding | undefined {
  const present = status?.conditions?.find(({ type }) => type === "Progressing");
  if (present?.reason === "ProgressDeadlineExceeded") return undefined;
  const unknown = { type: "Progressing", status: "Unknown" };
  const known = present?.reason === "DeploymentPaused";
  if (spec.paused && !known)
    return { ...unknown, reason: "DeploymentPaused", message: "Deployment is paused" };
  if (!spec.paused && known) {
    return { ...unknown, reason: "DeploymentResumed", message: "Deployment is resumed" };
  }
  return undefined;
}

/** Same status and reason: nothing changes, unless `renew` counts the progress. Follows SetDeploymentCondition. */
function withCondition(
  conditions: readonly Condition[],
  { timestamp, renew, ...finding }: Finding & { timestamp: string; renew: boolean },
): readonly Condition[] {
  const present = conditions.find(({ type }) => type === finding.type);
  if (!renew && present?.status === finding.status && present.reason === finding.reason) return conditions;
  const same = present?.status === finding.status;
  const lastTransitionTime = same ? present.lastTransitionTime : timestamp;
  const others = conditions.filter(({ type }) => type !== finding.type);
  return [...others, { lastTransitionTime, lastUpdateTime: timestamp, ...finding }];
}

/** A replica set that cannot make pods makes its deployment say so. */
function withFailures(
  conditions: readonly Condition[],
  { all, current, timestamp }: StatusInput,
): readonly Condition[] {
  const failureOf = (set: ReplicaSet) =>
    set.status?.conditions?.find(({ type }) => type === "ReplicaFailure");
  const found = (current && failureOf(current)) ?? all.map(failureOf).find(Boolean);
  if (!found) return conditions.filter(({ type }) => type !== "ReplicaFailure");
  const { status, reason, message } = found;
  return withCondition(conditions, {
    type: "ReplicaFailure",
    status,
    reason,
    message,
    timestamp,
    renew: false,
  });
}
