import { isAlreadyExists, isNotFound, StatusError } from "../../apimachinery/index.ts";
import { type Namespace, resourceTypes } from "../../apis/index.ts";
import type { ResourceType } from "../../client/index.ts";
import { type ControllerContext, clientFor, enqueueAll, queueFor, run } from "../common/context.ts";
import type { KnownKinds } from "../common/known-kinds.ts";
import { deletionOrder, withoutFinalizer } from "./plan.ts";

/** Namespaces that every cluster has. */
export const DEFAULT_NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** How soon a namespace whose content lingers is looked at again; the last pod's end brings us back sooner. */
const LINGER_MS = 200;

/** Empties namespaces that are being deleted, then lets them go. Follows pkg/controller/namespace. */
export function startNamespaceController(context: ControllerContext, kinds: KnownKinds): void {
  const { informers } = context;
  const namespaces = informers.of(resourceTypes.namespaces);
  const pods = informers.of(resourceTypes.pods);
  const queue = queueFor(context);
  enqueueAll(context, resourceTypes.namespaces, queue);
  pods.addHandler({
    deleted: ({ metadata: { namespace = "" } }) => {
      if (namespaces.lister.get(namespace)?.metadata.deletionTimestamp) queue.add(namespace);
    },
  });
  const content = new NamespaceContent(context, kinds);
  run(context, {
    name: "namespace",
    queue,
    caches: [namespaces, pods, kinds.informer],
    async reconcile(key) {
      const namespace = namespaces.lister.get(key);
      if (!namespace?.metadata.deletionTimestamp || withoutFinalizer(namespace) === undefined) return;
      if (await content.empty(key)) await content.finalize(namespace);
      else queue.addAfter(key, LINGER_MS);
    },
  });
}

/** Makes the default namespaces. Those that exist are left as they are. */
export async function ensureDefaultNamespaces(context: ControllerContext): Promise<void> {
  const client = clientFor(context, resourceTypes.namespaces);
  for (const name of DEFAULT_NAMESPACES) {
    try {
      await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name }, spec: {} });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
}

class NamespaceContent {
  constructor(
    private readonly context: ControllerContext,
    private readonly kinds: KnownKinds,
  ) {}

  /** Deletes everything in the namespace; true when nothing is left. */
  async empty(namespace: string): Promise<boolean> {
    let left = 0;
    for (const type of deletionOrder(this.kinds.list())) left += await this.emptyKind(type, namespace);
    return left === 0;
  }

  async finalize(namespace: Namespace): Promise<void> {
    const client = clientFor(this.context, resourceTypes.namespaces);
    const spec = { ...namespace.spec, finalizers: withoutFinalizer(namespace) ?? [] };
    try {
      await client.updateSubresource({ ...namespace, spec }, "finalize");
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  private async emptyKind(type: ResourceType, namespace: string): Promise<number> {
    const client = clientFor(this.context, type);
    try {
      const { items } = await client.list({ namespace });
      for (const { metadata } of items) {
        if (metadata.deletionTimestamp) continue;
        const { name = "", uid = "" } = metadata;
        await client
          .delete({ namespace, name }, { propagationPolicy: "Background", preconditions: { uid } })
          .catch(ifGone);
      }
      return items.length === 0 ? 0 : (await client.list({ namespace })).items.length;
    } catch (error) {
      // A definition that went away in the meantime took its objects along; a kind without list has none.
      const absent = error instanceof StatusError && (error.code === 404 || error.code === 405);
      if (absent) return 0;
      throw error;
    }
  }
}

function ifGone(error: unknown): void {
  if (!isNotFound(error) && !(error instanceof StatusError && error.code === 409)) throw error;
}
