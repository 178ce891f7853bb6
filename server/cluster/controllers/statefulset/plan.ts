import type { Pod, PodTemplateSpec, StatefulSet } from "../../apis/index.ts";
import { isEnded, isReady, podFromTemplate } from "../common/pods.ts";
import { REVISION_HASH } from "../common/revisions.ts";

export interface StatefulPlan {
  /** Ordinals to make. */
  readonly create: readonly number[];
  readonly remove: readonly Pod[];
}

/** The number at the end of the pod's name, if it is one of the set's. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const match = /^(.*)-(\d+)$/.exec(pod.metadata.name ?? "");
  return match?.[1] === set.metadata.name ? Number(match?.[2]) : undefined;
}

/** The next steps of a stateful set. Follows stateful_set_control.go: in order, one at a time, unless Parallel. */
export function planStatefulSet(set: StatefulSet, pods: readonly Pod[], updateHash: string): StatefulPlan {
  const replicas = set.spec.replicas ?? 0;
  const parallel = set.spec.podManagementPolicy === "Parallel";
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
  const create: number[] = [];
  const remove: Pod[] = [];
  let settled = true;
  for (let ordinal = 0; ordinal < replicas; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) create.push(ordinal);
    else if (isEnded(pod) && !pod.metadata.deletionTimestamp) remove.push(pod);
    else if (isReady(pod) && !pod.metadata.deletionTimestamp) continue;
    settled = false;
    if (!parallel) return { create, remove };
  }
  const condemned = [...byOrdinal]
    .flatMap(([ordinal, pod]) => (ordinal !== undefined && ordinal >= replicas ? [{ ordinal, pod }] : []))
    .sort((a, b) => b.ordinal - a.ordinal)
    .map(({ pod }) => pod);
  const alive = condemned.filter(({ metadata }) => !metadata.deletionTimestamp);
  if (parallel) remove.push(...alive);
  else if (condemned.length > 0) {
    return { create, remove: condemned.length === alive.length ? alive.slice(0, 1) : [] };
  }
  if (!settled || remove.length > 0) return { create, remove };
  return { create, remove: nextUpdate(set, byOrdinal, updateHash) };
}

/** The highest pod that has an old template, once all above it are new and ready. */
function nextUpdate(
  { spec }: StatefulSet,
  byOrdinal: ReadonlyMap<number | undefined, Pod>,
  updateHash: string,
): Pod[] {
  if (spec.updateStrategy?.type === "OnDelete") return [];
  const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let ordinal = (spec.replicas ?? 0) - 1; ordinal >= partition; ordinal--) {
    const pod = byOrdinal.get(ordinal);
    if (!pod || !isReady(pod) || pod.metadata.deletionTimestamp) return [];
    if (revisionHashOf(pod) !== updateHash) return [pod];
  }
  return [];
}

export function revisionHashOf(pod: Pod): string | undefined {
  return pod.metadata.labels?.[REVISION_HASH];
}

/** The claims of one pod: `<template>-<set>-<ordinal>`. */
export function claimsOf(set: StatefulSet, ordinal: number): { template: string; name: string }[] {
  return (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => ({
    template: metadata?.name ?? "",
    name: `${metadata?.name}-${set.metadata.name}-${ordinal}`,
  }));
}

export function statefulPod(
  set: StatefulSet,
  ordinal: number,
  { template, hash }: { template: PodTemplateSpec; hash: string },
): Pod {
  const name = `${set.metadata.name}-${ordinal}`;
  const pod = podFromTemplate(template, set);
  const { generateName: _, ...metadata } = pod.metadata;
  const claims = claimsOf(set, ordinal).map(({ template: volume, name: claimName }) => ({
    name: volume,
    persistentVolumeClaim: { claimName },
  }));
  const others = (pod.spec.volumes ?? []).filter(
    (volume) => !claims.some((claim) => claim.name === volume.name),
  );
  return {
    ...pod,
    metadata: {
      ...metadata,
      name,
      labels: {
        ...metadata.labels,
        "apps.kubernetes.io/pod-index": String(ordinal),
        [REVISION_HASH]: hash,
        "statefulset.kubernetes.io/pod-name": name,
      },
    },
    spec: {
      ...pod.spec,
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...(claims.length + others.length > 0 ? { volumes: [...claims, ...others] } : {}),
    },
  };
}
