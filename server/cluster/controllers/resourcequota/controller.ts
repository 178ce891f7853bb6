import { deepEqual, isNotFound, type KubeObject } from "../../apimachinery/index.ts";
import { resourceTypes } from "../../apis/index.ts";
import { keyOf, type ResourceType } from "../../client/index.ts";
import { type ControllerContext, clientFor, enqueueAll, queueFor, run } from "../common/context.ts";
import type { KnownKinds } from "../common/known-kinds.ts";
import { quotaStatus } from "./plan.ts";

/** Upstream leaves events out; the other two are never stored, or change with every tick of a clock. */
const IGNORED = new Set(["events", "bindings", "leases"]);

/** Keeps `status.used` of quotas. Whether something still fits is decided where it is created. Follows pkg/controller/resourcequota. */
export function startResourceQuotaController(context: ControllerContext, kinds: KnownKinds): void {
  const { informers } = context;
  const quotas = informers.of(resourceTypes.resourceQuotas);
  const pods = informers.of(resourceTypes.pods);
  const client = clientFor(context, resourceTypes.resourceQuotas);
  const queue = queueFor(context);
  enqueueAll(context, resourceTypes.resourceQuotas, queue);
  const touched = ({ metadata }: KubeObject) => {
    for (const quota of quotas.lister.inNamespace(metadata.namespace ?? "")) queue.add(keyOf(quota));
  };
  const counts = (type: ResourceType) => type.namespaced && !IGNORED.has(type.plural);
  const follow = (type: ResourceType) => {
    if (!counts(type)) return;
    const informer = informers.of(type);
    informer.addHandler({ added: touched, updated: changed, deleted: touched });
    informer.start(context.signal);
  };
  const changed = (object: KubeObject, old: KubeObject) => {
    // Status alone counts for pods, which end; of others only what is asked for.
    if (object.kind === "Pod" || object.metadata.generation !== old.metadata.generation) touched(object);
    else if (object.metadata.generation === undefined && !deepEqual(object.spec, old.spec)) touched(object);
  };
  for (const type of kinds.list()) follow(type);
  kinds.onCustom(follow);

  run(context, {
    name: "resourcequota",
    queue,
    caches: [quotas, pods],
    async reconcile(key) {
      const quota = quotas.lister.get(key);
      if (!quota || quota.metadata.deletionTimestamp) return;
      const namespace = quota.metadata.namespace ?? "";
      const populations = kinds
        .list()
        .filter(counts)
        .map((resource) => ({ resource, objects: informers.of(resource).lister.inNamespace(namespace) }));
      const status = quotaStatus(quota, populations);
      if (deepEqual(status, quota.status)) return;
      try {
        await client.updateStatus({ ...quota, status });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  });
}
