import { deepEqual, isNotFound } from "../../apimachinery/index.ts";
import { type DaemonSet, type Pod, resourceTypes } from "../../apis/index.ts";
import { keyOf, type ResourceType, refOf } from "../../client/index.ts";
import { claim } from "../common/claim.ts";
import {
  type ControllerContext,
  clientFor,
  enqueueAll,
  queueFor,
  recorderFor,
  run,
} from "../common/context.ts";
import { Expectations } from "../common/expectations.ts";
import { enqueueOwners } from "../common/owned-pods.ts";
import { controllerOf } from "../common/owners.ts";
import { REVISION_HASH, RevisionKeeper } from "../common/revisions.ts";
import { daemonPod, planDaemonSet } from "./plan.ts";
import { daemonSetStatus } from "./status.ts";

/** Keeps one pod of each DaemonSet on every fitting node. Follows pkg/controller/daemon; maxSurge is not supported. */
export function startDaemonSetController(context: ControllerContext): void {
  const { informers } = context;
  const controller = new DaemonSetController(context);
  enqueueAll(context, resourceTypes.daemonSets, controller.queue);
  informers.of(resourceTypes.pods).addHandler({
    added: (pod) => controller.podAdded(pod),
    // Graceful deletion shows as an update first; such a pod still holds its place.
    updated: (pod) => {
      if (pod.metadata.deletionTimestamp) controller.podDeleted(pod);
    },
    deleted: (pod) => controller.podDeleted(pod),
  });
  enqueueOwners(context, resourceTypes.daemonSets, controller.queue);
  const all = () => controller.enqueueAll();
  informers.of(resourceTypes.nodes).addHandler({
    added: all,
    updated: (node, old) => {
      const same = deepEqual(node.metadata.labels, old.metadata.labels) && deepEqual(node.spec, old.spec);
      if (!same) all();
    },
    deleted: all,
  });
  const { daemonSets, pods, nodes, controllerRevisions } = resourceTypes;
  run(context, {
    name: "daemonset",
    queue: controller.queue,
    caches: [daemonSets, pods, nodes, controllerRevisions].map((type: ResourceType) => informers.of(type)),
    reconcile: (key) => controller.reconcile(key),
  });
}

class DaemonSetController {
  readonly queue;
  private readonly expectations: Expectations;
  private readonly listers;
  private readonly write;
  private readonly revisions;
  private readonly events;

  constructor(context: ControllerContext) {
    const { informers } = context;
    this.queue = queueFor(context);
    this.expectations = new Expectations(context.clock);
    this.listers = {
      sets: informers.of(resourceTypes.daemonSets).lister,
      pods: informers.of(resourceTypes.pods).lister,
      nodes: informers.of(resourceTypes.nodes).lister,
    };
    this.write = {
      sets: clientFor(context, resourceTypes.daemonSets),
      pods: clientFor(context, resourceTypes.pods),
    };
    this.revisions = new RevisionKeeper(context);
    this.events = recorderFor(context, "daemonset-controller");
  }

  podAdded(pod: Pod): void {
    const owner = controllerOf(pod);
    if (owner?.kind !== "DaemonSet") return;
    this.expectations.creationObserved(`${pod.metadata.namespace}/${owner.name}`);
  }

  podDeleted(pod: Pod): void {
    const owner = controllerOf(pod);
    if (owner?.kind !== "DaemonSet") return;
    const key = `${pod.metadata.namespace}/${owner.name}`;
    this.expectations.deletionObserved(key, pod.metadata.uid ?? "");
  }

  enqueueAll(): void {
    for (const set of this.listers.sets.list()) this.queue.add(keyOf(set));
  }

  async reconcile(key: string): Promise<void> {
    const set = this.listers.sets.get(key);
    if (!set) this.expectations.forget(key);
    if (!set || set.metadata.deletionTimestamp) return;
    const candidates = this.listers.pods.inNamespace(set.metadata.namespace ?? "");
    const { selector } = set.spec;
    const pods = await claim({ owner: set, selector, candidates, client: this.write.pods });
    const revisions = await this.revisions.current(set);
    const world = { nodes: this.listers.nodes.list(), pods, hash: revisions.hash };
    if (this.expectations.satisfied(key)) {
      const plan = planDaemonSet(set, world);
      const deletions = plan.remove.map(({ metadata }) => metadata.uid ?? "");
      this.expectations.expect(key, { creations: plan.create.length, deletions });
      for (const node of plan.create) await this.createPod(key, set, daemonPod(set, node, revisions.hash));
      for (const pod of plan.remove) await this.removePod(key, set, pod);
    }
    const status = daemonSetStatus(set, world);
    if (!deepEqual(status, set.status)) await this.writeStatus({ ...set, status });
    const used = new Set(pods.map(({ metadata }) => metadata.labels?.[REVISION_HASH]));
    await this.revisions.trim(set, revisions, used);
  }

  private async createPod(key: string, set: DaemonSet, wanted: Pod): Promise<void> {
    try {
      const pod = await this.write.pods.create(wanted);
      const message = `Created pod: ${pod.metadata.name}`;
      this.events.record(set, { type: "Normal", reason: "SuccessfulCreate", message });
    } catch (error) {
      // What was not tried after this one does not come back either.
      this.expectations.forget(key);
      const message = `Error creating: ${error instanceof Error ? error.message : String(error)}`;
      this.events.record(set, { type: "Warning", reason: "FailedCreate", message });
      throw error;
    }
  }

  private async removePod(key: string, set: DaemonSet, pod: Pod): Promise<void> {
    const { uid = "", name } = pod.metadata;
    try {
      await this.write.pods.delete(refOf(keyOf(pod)), { preconditions: { uid } });
    } catch (error) {
      this.expectations.deletionObserved(key, uid);
      if (isNotFound(error)) return;
      throw error;
    }
    const message = `Deleted pod: ${name}`;
    this.events.record(set, { type: "Normal", reason: "SuccessfulDelete", message });
  }

  private async writeStatus(set: DaemonSet): Promise<void> {
    try {
      await this.write.sets.updateStatus(set);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
