import { deepEqual, isNotFound, type KubeObject } from "../../apimachinery/index.ts";
import { resourceTypes } from "../../apis/index.ts";
import { keyOf, type ResourceType } from "../../client/index.ts";
import { type ControllerContext, clientFor, enqueueAll, queueFor, run } from "../common/context.ts";
import { quotaStatus } from "./plan.ts";

/** Kinds that a quota may count, beside pods. */
const COUNTED: readonly ResourceType[] = [
  resourceTypes.services,
  resourceTypes.configMaps,
  resourceTypes.secrets,
  resourceTypes.persistentVolumeClaims,
  resourceTypes.replicationControllers,
  resourceTypes.deployments,
  resourceTypes.replicaSets,
  resourceTypes.statefulSets,
  resourceTypes.daemonSets,
  resourceTypes.jobs,
  resourceTypes.cronJobs,
];

/** Keeps `status.used` of quotas. Whether something still fits is decided where it is created. Follows pkg/controller/resourcequota. */
export function startResourceQuotaController(context: ControllerContext): void {
  const { informers } = context;
  const quotas = informers.of(resourceTypes.resourceQuotas);
  const pods = informers.of(resourceTypes.pods);
  const claims = informers.of(resourceTypes.persistentVolumeClaims);
  const services = informers.of(resourceTypes.services);
  const client = clientFor(context, resourceTypes.resourceQuotas);
  const queue = queueFor(context);
  enqueueAll(context, resourceTypes.resourceQuotas, queue);
  const touched = ({ metadata }: KubeObject) => {
    for (const quota of quotas.lister.inNamespace(metadata.namespace ?? "")) queue.add(keyOf(quota));
  };
  pods.addHandler({ added: touched, updated: touched, deleted: touched });
  for (const type of COUNTED) informers.of(type).addHandler({ added: touched, deleted: touched });

  function counts(namespace: string): Record<string, number> {
    const found: Record<string, number> = {};
    for (const type of COUNTED) {
      const count = informers.of(type).lister.inNamespace(namespace).length;
      found[type.group ? `${type.plural}.${type.group}` : type.plural] = count;
    }
    const types = services.lister.inNamespace(namespace).map(({ spec }) => spec.type);
    found["services.nodeports"] = types.filter(
      (type) => type === "NodePort" || type === "LoadBalancer",
    ).length;
    found["services.loadbalancers"] = types.filter((type) => type === "LoadBalancer").length;
    return found;
  }

  run(context, {
    name: "resourcequota",
    queue,
    caches: [quotas, pods, claims, services],
    async reconcile(key) {
      const quota = quotas.lister.get(key);
      if (!quota || quota.metadata.deletionTimestamp) return;
      const namespace = quota.metadata.namespace ?? "";
      const storage = claims.lister
        .inNamespace(namespace)
        .map(({ spec }) => spec?.resources?.requests?.storage ?? "0");
      const use = { pods: pods.lister.inNamespace(namespace), counts: counts(namespace), storage };
      const status = quotaStatus(quota, use);
      if (deepEqual(status, quota.status)) return;
      try {
        await client.updateStatus({ ...quota, status });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  });
}
