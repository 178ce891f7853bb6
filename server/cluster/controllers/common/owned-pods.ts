import type { KubeObject } from "../../apimachinery/index.ts";
import { type Pod, resourceTypes } from "../../apis/index.ts";
import { keyOf, type ResourceType, type WorkQueue } from "../../client/index.ts";
import type { ControllerContext } from "./context.ts";
import { controllerOf } from "./owners.ts";

/** Enqueues the controller of each pod that changes, for controllers of one kind; orphans wake all of their namespace. */
export function enqueueOwners<T extends KubeObject>(
  { informers }: ControllerContext,
  type: ResourceType<T>,
  queue: WorkQueue,
): void {
  const owners = informers.of(type).lister;
  const changed = (pod: Pod) => {
    const owner = controllerOf(pod);
    const { namespace = "" } = pod.metadata;
    if (owner?.kind === type.kind) queue.add(`${namespace}/${owner.name}`);
    else if (!owner) for (const object of owners.inNamespace(namespace)) queue.add(keyOf(object));
  };
  informers.of(resourceTypes.pods).addHandler({ added: changed, updated: changed, deleted: changed });
}
