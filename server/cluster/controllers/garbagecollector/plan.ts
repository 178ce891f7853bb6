import type { OwnerReference } from "../../apimachinery/index.ts";
import type { GraphNode } from "./graph.ts";

export const FOREGROUND = "foregroundDeletion";
export const ORPHAN = "orphan";

/** What is known of an owner: there, gone, or being deleted in the foreground, waiting for its dependents. */
export type OwnerState = "solid" | "gone" | "waiting";

export type CollectPlan =
  | { readonly kind: "keep" }
  | { readonly kind: "drop-references"; readonly owners: readonly OwnerReference[] }
  | { readonly kind: "delete"; readonly policy: "Background" | "Foreground" | "Orphan" };

/** What becomes of an object when its owners are so. Follows attemptToDeleteItem. */
export function planCollection(
  node: GraphNode,
  states: ReadonlyMap<string, OwnerState>,
  hasBlockingDependents: boolean,
): CollectPlan {
  if (node.owners.length === 0 || node.deleting) return { kind: "keep" };
  const solid = node.owners.filter(({ uid }) => states.get(uid) === "solid");
  if (solid.length === node.owners.length) return { kind: "keep" };
  if (solid.length > 0) return { kind: "drop-references", owners: solid };
  const waiting = node.owners.some(({ uid }) => states.get(uid) === "waiting");
  if (waiting && hasBlockingDependents) return { kind: "delete", policy: "Foreground" };
  if (node.finalizers.includes(ORPHAN)) return { kind: "delete", policy: "Orphan" };
  if (node.finalizers.includes(FOREGROUND)) return { kind: "delete", policy: "Foreground" };
  return { kind: "delete", policy: "Background" };
}

/** Dependents that hold back the deletion of the owner in the foreground. */
export function blocks(dependent: GraphNode, ownerUid: string): boolean {
  return dependent.owners.some(({ uid, blockOwnerDeletion }) => uid === ownerUid && blockOwnerDeletion);
}
