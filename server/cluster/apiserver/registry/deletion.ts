import {
  arrayOf,
  conflict,
  type JsonObject,
  type KubeObject,
  objectOf,
  stringOf,
  valueAt,
} from "../../apimachinery/index.ts";
import { named, type Resource, withMetadata } from "./resource.ts";

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun: boolean;
}

export type DeletionPlan =
  | { readonly kind: "remove" }
  /** The object stays until its finalizers, or its grace period, are done. */
  | { readonly kind: "mark"; readonly object: KubeObject }
  | { readonly kind: "nothing" };

export function parseDeleteOptions(body: unknown, query: Readonly<Record<string, string>>): DeleteOptions {
  const options = objectOf(body);
  const grace =
    options.gracePeriodSeconds ?? (query.gracePeriodSeconds ? Number(query.gracePeriodSeconds) : undefined);
  const policy = stringOf(options.propagationPolicy) || query.propagationPolicy;
  const orphan = options.orphanDependents ?? query.orphanDependents;
  const preconditions = objectOf(options.preconditions);
  const legacy = orphan === true || orphan === "true" ? "Orphan" : undefined;
  return {
    ...(typeof grace === "number" ? { gracePeriodSeconds: grace } : {}),
    ...(policy || legacy ? { propagationPolicy: policy || legacy } : {}),
    preconditions: {
      ...(typeof preconditions.uid === "string" ? { uid: preconditions.uid } : {}),
      ...(typeof preconditions.resourceVersion === "string"
        ? { resourceVersion: preconditions.resourceVersion }
        : {}),
    },
    dryRun: arrayOf(options.dryRun).includes("All") || query.dryRun === "All",
  };
}

export function checkPreconditions(resource: Resource, object: KubeObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const refuse = (what: string, wanted: string, found: string | undefined) =>
    conflict(
      named(resource),
      object.metadata.name ?? "",
      `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${found ?? ""}`,
    );
  if (uid && uid !== object.metadata.uid) throw refuse("UID", uid, object.metadata.uid);
  if (resourceVersion && resourceVersion !== object.metadata.resourceVersion) {
    throw refuse("ResourceVersion", resourceVersion, object.metadata.resourceVersion);
  }
}

/** What a DELETE means for this object now. Follows registry/rest/delete.go and registry/generic Store.Delete. */
export function planDeletion(
  { strategy }: Resource,
  object: KubeObject,
  options: DeleteOptions & { readonly now: number },
): DeletionPlan {
  const finalizers = finalizersFor(object, options.propagationPolicy);
  const finalizersChanged = finalizers.join() !== (object.metadata.finalizers ?? []).join();
  const held = finalizers.length > 0 || namespaceHeld(object);
  const grace = strategy.graceful
    ? Math.max(options.gracePeriodSeconds ?? strategy.graceful.periodSeconds(object), 0)
    : 0;
  const deleting = object.metadata.deletionTimestamp !== undefined;
  if (deleting && !finalizersChanged) {
    const left = object.metadata.deletionGracePeriodSeconds ?? 0;
    // A second delete may only shorten the wait.
    if (left > 0 && options.gracePeriodSeconds === undefined) return { kind: "nothing" };
    if (left > 0 && grace >= left) return { kind: "nothing" };
    if (left === 0 && held) return { kind: "nothing" };
  }
  if (grace === 0 && !held) return { kind: "remove" };
  const keepTime = deleting && grace >= (object.metadata.deletionGracePeriodSeconds ?? 0);
  const marked = withMetadata(object, {
    deletionTimestamp: keepTime ? object.metadata.deletionTimestamp : rfc3339(options.now + grace * 1000),
    deletionGracePeriodSeconds: keepTime ? object.metadata.deletionGracePeriodSeconds : grace,
    finalizers: finalizers.length > 0 ? finalizers : undefined,
  });
  return { kind: "mark", object: object.kind === "Namespace" ? terminating(marked) : marked };
}

/** True when an object that is being deleted has nothing left to wait for. */
export function deletionComplete(object: KubeObject): boolean {
  if (object.metadata.deletionTimestamp === undefined) return false;
  if ((object.metadata.finalizers ?? []).length > 0 || namespaceHeld(object)) return false;
  return (object.metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

function namespaceHeld(object: KubeObject): boolean {
  return object.kind === "Namespace" && arrayOf(valueAt(object, "spec", "finalizers")).length > 0;
}

function terminating(namespace: KubeObject): KubeObject {
  const status: JsonObject = { ...objectOf(namespace.status), phase: "Terminating" };
  return { ...namespace, status };
}

function finalizersFor(object: KubeObject, policy: string | undefined): string[] {
  const kept = (object.metadata.finalizers ?? []).filter(
    (finalizer) => policy === undefined || (finalizer !== "orphan" && finalizer !== "foregroundDeletion"),
  );
  if (policy === "Orphan") kept.push("orphan");
  if (policy === "Foreground") kept.push("foregroundDeletion");
  return kept;
}

export function rfc3339(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, "Z");
}
