import type { Pod, StatefulSet } from "../../apis/index.ts";
import { availableIn, isReady } from "../common/pods.ts";
import { revisionHashOf } from "./plan.ts";

/** Follows updateStatus of stateful_set_control.go. Revisions are named `<set>-<hash>`. */
export function statefulSetStatus(
  set: StatefulSet,
  pods: readonly Pod[],
  { updateHash, now }: { updateHash: string; now: number },
): NonNullable<StatefulSet["status"]> {
  const revision = (hash: string) => `${set.metadata.name}-${hash}`;
  const updateRevision = revision(updateHash);
  const live = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  const ready = live.filter(isReady).length;
  const updated = live.filter((pod) => revisionHashOf(pod) === updateHash).length;
  const replicas = set.spec.replicas ?? 0;
  const complete = updated === replicas && ready === replicas && pods.length === replicas;
  const currentRevision = complete ? updateRevision : set.status?.currentRevision || updateRevision;
  const current = live.filter((pod) => revision(revisionHashOf(pod) ?? "") === currentRevision).length;
  const seconds = set.spec.minReadySeconds ?? 0;
  return {
    availableReplicas: live.filter((pod) => availableIn(pod, seconds, now) === 0).length,
    collisionCount: 0,
    ...(current > 0 ? { currentReplicas: current } : {}),
    currentRevision,
    observedGeneration: set.metadata.generation ?? 0,
    ...(ready > 0 ? { readyReplicas: ready } : {}),
    replicas: pods.length,
    updateRevision,
    ...(updated > 0 ? { updatedReplicas: updated } : {}),
  };
}
