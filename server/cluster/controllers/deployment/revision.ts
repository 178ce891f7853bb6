import { deepEqual } from "../../apimachinery/index.ts";
import type { Deployment, PodTemplateSpec, ReplicaSet } from "../../apis/index.ts";
import { REVISION_HISTORY_LENGTH } from "../limits.ts";
import { maxSurge } from "./rolling.ts";

export const HASH_LABEL = "pod-template-hash";
export const REVISION = "deployment.kubernetes.io/revision";
const HISTORY = "deployment.kubernetes.io/revision-history";
export const DESIRED = "deployment.kubernetes.io/desired-replicas";
export const MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";
/** Annotations that stay with the deployment. */
const NOT_COPIED = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION,
  HISTORY,
  DESIRED,
  MAX_REPLICAS,
  "deprecated.deployment.rollback.to",
]);

export function revisionOf(replicaSet: ReplicaSet): number {
  return Number(replicaSet.metadata.annotations?.[REVISION] ?? 0) || 0;
}

const created = ({ metadata }: ReplicaSet) => `${metadata.creationTimestamp}/${metadata.name}`;

export function oldestFirst(a: ReplicaSet, b: ReplicaSet): number {
  return created(a) < created(b) ? -1 : 1;
}

/** The replica set that has the deployment's template, the oldest of several; the rest are old. */
export function splitReplicaSets(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
): { current: ReplicaSet | undefined; old: ReplicaSet[] } {
  const wanted = withoutHash(deployment.spec.template);
  const sorted = [...replicaSets].sort(oldestFirst);
  const current = sorted.find((set) => deepEqual(withoutHash(set.spec.template), wanted));
  return { current, old: sorted.filter((set) => set !== current) };
}

function withoutHash({ metadata, ...template }: PodTemplateSpec): PodTemplateSpec {
  const { [HASH_LABEL]: _, ...labels } = metadata?.labels ?? {};
  return { ...template, metadata: { ...metadata, labels } };
}

/** Follows SetNewReplicaSetAnnotations: the new set's annotations, its revision raised above all others. */
export function annotationsFor(
  deployment: Deployment,
  old: readonly ReplicaSet[],
  current?: ReplicaSet,
): Readonly<Record<string, string>> {
  const present = current?.metadata.annotations ?? {};
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(
    ([key]) => !NOT_COPIED.has(key),
  );
  const next = Math.max(0, ...old.map(revisionOf)) + 1;
  const before = current ? revisionOf(current) : 0;
  const raised = before < next;
  return {
    ...present,
    ...Object.fromEntries(copied),
    [REVISION]: String(raised ? next : before),
    ...(raised && before > 0 ? { [HISTORY]: longer(present[HISTORY], before) } : {}),
    ...(current ? {} : sizeAnnotations(deployment)),
  };
}

function longer(history: string | undefined, revision: number): string {
  const revisions = [...(history ? history.split(",") : []), String(revision)];
  while (revisions.join(",").length > REVISION_HISTORY_LENGTH) revisions.shift();
  return revisions.join(",");
}

/** What proportional scaling later compares with. */
export function sizeAnnotations(deployment: Deployment): Readonly<Record<string, string>> {
  const replicas = deployment.spec.replicas ?? 0;
  return { [DESIRED]: String(replicas), [MAX_REPLICAS]: String(replicas + maxSurge(deployment)) };
}
