import type { DaemonSet, Node, Pod } from "../../apis/index.ts";
import { isActive, isReady } from "../common/pods.ts";
import { REVISION_HASH } from "../common/revisions.ts";
import { nodeOf, runsOn } from "./plan.ts";

/** Follows updateDaemonSetStatus; a ready pod counts as available at once. */
export function daemonSetStatus(
  set: DaemonSet,
  { nodes, pods, hash }: { nodes: readonly Node[]; pods: readonly Pod[]; hash: string },
): NonNullable<DaemonSet["status"]> {
  const wanted = new Set(
    nodes.filter((node) => runsOn(set, node)).map(({ metadata }) => metadata.name ?? ""),
  );
  const active = pods.filter(isActive);
  const placed = active.filter((pod) => wanted.has(nodeOf(pod) ?? ""));
  const ready = placed.filter(isReady).length;
  const updated = placed.filter((pod) => pod.metadata.labels?.[REVISION_HASH] === hash).length;
  const unavailable = wanted.size - ready;
  return {
    currentNumberScheduled: placed.length,
    desiredNumberScheduled: wanted.size,
    ...(ready > 0 ? { numberAvailable: ready } : {}),
    numberMisscheduled: active.length - placed.length,
    numberReady: ready,
    ...(unavailable > 0 ? { numberUnavailable: unavailable } : {}),
    observedGeneration: set.metadata.generation ?? 0,
    ...(updated > 0 ? { updatedNumberScheduled: updated } : {}),
  };
}
