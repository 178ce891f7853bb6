import { isAlreadyExists, StatusError } from "../../apimachinery/index.ts";
import { resourceTypes } from "../../apis/index.ts";
import { type ControllerContext, clientFor, enqueueAll, queueFor, run } from "../common/context.ts";

/** Gives each namespace its `default` service account. Follows pkg/controller/serviceaccount. */
export function startServiceAccountController(context: ControllerContext): void {
  const { informers } = context;
  const namespaces = informers.of(resourceTypes.namespaces);
  const accounts = informers.of(resourceTypes.serviceAccounts);
  const client = clientFor(context, resourceTypes.serviceAccounts);
  const queue = queueFor(context);
  enqueueAll(context, resourceTypes.namespaces, queue);
  accounts.addHandler({ deleted: ({ metadata }) => queue.add(metadata.namespace ?? "") });
  run(context, {
    name: "serviceaccount",
    queue,
    caches: [namespaces, accounts],
    async reconcile(key) {
      const namespace = namespaces.lister.get(key);
      if (!namespace || namespace.metadata.deletionTimestamp) return;
      if (accounts.lister.get(`${key}/default`)) return;
      const metadata = { name: "default", namespace: key };
      try {
        await client.create({ apiVersion: "v1", kind: "ServiceAccount", metadata });
      } catch (error) {
        if (!isAlreadyExists(error) && !isRefused(error)) throw error;
      }
    },
  });
}

/** A namespace that has just begun to terminate takes nothing new. */
export function isRefused(error: unknown): boolean {
  return error instanceof StatusError && (error.reason === "Forbidden" || error.code === 404);
}
