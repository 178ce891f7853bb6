import {
  isConflict,
  isNotFound,
  type KubeObject,
  matchesLabels,
  selectorOf,
} from "../../apimachinery/index.ts";
import type { LabelSelectorObject } from "../../apis/index.ts";
import type { ResourceClient } from "../../client/index.ts";
import { controllerOf, controllerReference } from "./owners.ts";

export interface ClaimRequest<T extends KubeObject> {
  readonly owner: KubeObject;
  readonly selector: LabelSelectorObject;
  /** Everything in the owner's namespace that could be its own. */
  readonly candidates: readonly T[];
  readonly client: ResourceClient<T>;
}

/**
 * The owner's objects: those it controls and selects. Orphans that match are adopted, controlled ones that no longer
 * match are released. Follows controller_ref_manager.go.
 */
export async function claim<T extends KubeObject>(request: ClaimRequest<T>): Promise<T[]> {
  const selector = selectorOf(request.selector) ?? [];
  const claimed: T[] = [];
  for (const object of request.candidates) {
    const controller = controllerOf(object);
    const matches = selector.length > 0 && matchesLabels(selector, object.metadata.labels);
    if (controller) {
      if (controller.uid !== request.owner.metadata.uid) continue;
      if (matches) claimed.push(object);
      else if (!request.owner.metadata.deletionTimestamp) await release(request, object);
    } else if (matches && !object.metadata.deletionTimestamp && !request.owner.metadata.deletionTimestamp) {
      const adopted = await adopt(request, object);
      if (adopted) claimed.push(adopted);
    }
  }
  return claimed;
}

async function adopt<T extends KubeObject>({ owner, client }: ClaimRequest<T>, object: T) {
  const ownerReferences = [...(object.metadata.ownerReferences ?? []), controllerReference(owner)];
  return rewriteOwners(client, object, ownerReferences);
}

async function release<T extends KubeObject>({ owner, client }: ClaimRequest<T>, object: T) {
  const owners = object.metadata.ownerReferences ?? [];
  const ownerReferences = owners.filter(({ uid }) => uid !== owner.metadata.uid);
  await rewriteOwners(client, object, ownerReferences);
}

/** Undefined when the object is gone or has changed: its event brings us back. */
async function rewriteOwners<T extends KubeObject>(
  client: ResourceClient<T>,
  object: T,
  ownerReferences: readonly object[],
): Promise<T | undefined> {
  const { uid, resourceVersion, namespace, name = "" } = object.metadata;
  const body = { metadata: { uid, resourceVersion, ownerReferences } };
  try {
    return await client.patch({ namespace, name }, { type: "merge", body });
  } catch (error) {
    if (isNotFound(error) || isConflict(error)) return undefined;
    throw error;
  }
}
