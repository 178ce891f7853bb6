import { deepEqual, isNotFound, matchesLabels, selectorOf } from "../../apimachinery/index.ts";
import { type Pod, type PodDisruptionBudget, resourceTypes } from "../../apis/index.ts";
import { keyOf } from "../../client/index.ts";
import {
  type ControllerContext,
  clientFor,
  enqueueAll,
  queueFor,
  run,
  timestamp,
} from "../common/context.ts";
import { controllerOf } from "../common/owners.ts";
import { budgetStatus } from "./plan.ts";

/** Keeps the status of disruption budgets, by which evictions are judged. Follows pkg/controller/disruption. */
export function startDisruptionController(context: ControllerContext): void {
  const { informers } = context;
  const budgets = informers.of(resourceTypes.podDisruptionBudgets);
  const pods = informers.of(resourceTypes.pods);
  const owners = {
    ReplicaSet: informers.of(resourceTypes.replicaSets),
    StatefulSet: informers.of(resourceTypes.statefulSets),
    ReplicationController: informers.of(resourceTypes.replicationControllers),
  };
  const client = clientFor(context, resourceTypes.podDisruptionBudgets);
  const queue = queueFor(context);
  enqueueAll(context, resourceTypes.podDisruptionBudgets, queue);
  const selects = (budget: PodDisruptionBudget, pod: Pod) => {
    const selector = selectorOf(budget.spec.selector ?? {});
    return selector !== undefined && matchesLabels(selector, pod.metadata.labels);
  };
  const changed = (pod: Pod) => {
    for (const budget of budgets.lister.inNamespace(pod.metadata.namespace ?? ""))
      if (selects(budget, pod)) queue.add(keyOf(budget));
  };
  pods.addHandler({ added: changed, updated: changed, deleted: changed });

  /** The sum over the pods' controllers, each counted once. */
  function scaleOf(selected: readonly Pod[]): number | undefined {
    const wanted = new Map<string, number>();
    for (const pod of selected) {
      const owner = controllerOf(pod);
      const kind = owner?.kind;
      if (kind !== "ReplicaSet" && kind !== "StatefulSet" && kind !== "ReplicationController")
        return undefined;
      const found = owners[kind].lister.get(`${pod.metadata.namespace}/${owner?.name}`);
      wanted.set(owner?.uid ?? "", found?.spec.replicas ?? 0);
    }
    return [...wanted.values()].reduce((sum, replicas) => sum + replicas, 0);
  }

  run(context, {
    name: "disruption",
    queue,
    caches: [budgets, pods, ...Object.values(owners)],
    async reconcile(key) {
      const budget = budgets.lister.get(key);
      if (!budget || budget.metadata.deletionTimestamp) return;
      const selected = pods.lister
        .inNamespace(budget.metadata.namespace ?? "")
        .filter((pod) => selects(budget, pod));
      const status = budgetStatus(budget, {
        pods: selected,
        scale: scaleOf(selected),
        timestamp: timestamp(context),
      });
      if (deepEqual(status, budget.status)) return;
      try {
        await client.updateStatus({ ...budget, status });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  });
}
