import { matchesLabels } from "../../apimachinery/index.ts";
import type { Condition, Pod, ReplicaSet, ReplicaSetStatus } from "../../apis/index.ts";
import { availableIn, isReady } from "../common/pods.ts";

export interface StatusInput {
  readonly active: readonly Pod[];
  /** Why pods could not be made or removed this time. */
  readonly failure?: { readonly reason: "FailedCreate" | "FailedDelete"; readonly message: string };
  readonly now: number;
  readonly timestamp: string;
}

/** Follows calculateStatus of replica_set_utils.go. */
export function replicaSetStatus(replicaSet: ReplicaSet, input: StatusInput): ReplicaSetStatus {
  const { active, now } = input;
  const templateLabels = Object.entries(replicaSet.spec.template.metadata?.labels ?? {});
  const requirements = templateLabels.map(([key, value]) => ({
    key,
    operator: "In" as const,
    values: [value],
  }));
  const seconds = replicaSet.spec.minReadySeconds ?? 0;
  const ready = active.filter(isReady).length;
  const available =
    seconds === 0 ? ready : active.filter((pod) => availableIn(pod, seconds, now) === 0).length;
  const conditions = conditionsOf(replicaSet, input);
  return {
    ...(available > 0 ? { availableReplicas: available } : {}),
    ...(conditions.length > 0 ? { conditions } : {}),
    ...(active.length > 0
      ? {
          fullyLabeledReplicas: active.filter((pod) => matchesLabels(requirements, pod.metadata.labels))
            .length,
        }
      : {}),
    observedGeneration: replicaSet.metadata.generation ?? 0,
    ...(ready > 0 ? { readyReplicas: ready } : {}),
    replicas: active.length,
  };
}

function conditionsOf(replicaSet: ReplicaSet, { failure, timestamp }: StatusInput): readonly Condition[] {
  const old = replicaSet.status?.conditions ?? [];
  const others = old.filter(({ type }) => type !== "ReplicaFailure");
  if (!failure) return others;
  const present = old.find(({ type }) => type === "ReplicaFailure");
  if (present?.reason === failure.reason) return old;
  return [...others, { type: "ReplicaFailure", status: "True", lastTransitionTime: timestamp, ...failure }];
}

/** Milliseconds until the next ready pod becomes available, when minReadySeconds makes one wait. */
export function nextAvailability(replicaSet: ReplicaSet, active: readonly Pod[], now: number) {
  const seconds = replicaSet.spec.minReadySeconds ?? 0;
  if (seconds === 0) return undefined;
  const waits = active.map((pod) => availableIn(pod, seconds, now) ?? 0).filter((wait) => wait > 0);
  return waits.length > 0 ? Math.min(...waits) : undefined;
}
