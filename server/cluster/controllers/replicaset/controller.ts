import {
  deepEqual,
  isNotFound,
  type KubeObject,
  matchesLabels,
  selectorOf,
} from "../../apimachinery/index.ts";
import { type Pod, type ReplicaSet, type ReplicationController, resourceTypes } from "../../apis/index.ts";
import { keyOf, type ResourceType } from "../../client/index.ts";
import { claim } from "../common/claim.ts";
import {
  type ControllerContext,
  clientFor,
  queueFor,
  recorderFor,
  run,
  timestamp,
} from "../common/context.ts";
import { Expectations } from "../common/expectations.ts";
import { controllerOf } from "../common/owners.ts";
import { isActive, podFromTemplate } from "../common/pods.ts";
import { slowStart } from "../common/slow-start.ts";
import { GATHER_MS, MANY_REPLICAS } from "../limits.ts";
import { type PodPlan, planPods } from "./plan.ts";
import { nextAvailability, replicaSetStatus, type StatusInput } from "./status.ts";

/** What differs between ReplicaSets and their predecessors. */
interface ReplicaKind<T extends KubeObject> {
  readonly type: ResourceType<T>;
  readonly component: string;
  /** The object as a ReplicaSet, under its own kind and name. */
  view(object: T): ReplicaSet;
}

/** Keeps the number of pods of each ReplicaSet. Follows pkg/controller/replicaset. */
export function startReplicaSetController(context: ControllerContext): void {
  const view = (replicaSet: ReplicaSet) => replicaSet;
  start(context, { type: resourceTypes.replicaSets, component: "replicaset-controller", view });
}

/** The same for ReplicationControllers, whose selector is a plain map. Follows pkg/controller/replication, which adapts likewise. */
export function startReplicationController(context: ControllerContext): void {
  const view = (object: ReplicationController): ReplicaSet => ({
    ...object,
    spec: {
      ...object.spec,
      selector: { matchLabels: object.spec.selector ?? {} },
      template: object.spec.template ?? { spec: { containers: [] } },
    },
  });
  start(context, { type: resourceTypes.replicationControllers, component: "replication-controller", view });
}

function start<T extends KubeObject>(context: ControllerContext, kind: ReplicaKind<T>): void {
  const replicaSets = context.informers.of(kind.type);
  const pods = context.informers.of(resourceTypes.pods);
  const controller = new ReplicaSetController(context, kind);
  replicaSets.addHandler({
    added: (object) => controller.queue.add(keyOf(object)),
    // Its own status coming back is no news.
    updated: (object, old) => {
      if (object.metadata.generation === old.metadata.generation) controller.wake(object);
      else controller.queue.add(keyOf(object));
    },
    deleted: (object) => controller.queue.add(keyOf(object)),
  });
  pods.addHandler({
    added: (pod) => controller.podAdded(pod),
    updated: (pod, old) => controller.podUpdated(pod, old),
    deleted: (pod) => controller.podDeleted(pod),
  });
  run(context, {
    name: kind.type.kind.toLowerCase(),
    queue: controller.queue,
    caches: [replicaSets, pods],
    reconcile: (key) => controller.reconcile(key),
  });
}

class ReplicaSetController<T extends KubeObject> {
  readonly queue;
  private readonly expectations: Expectations;
  private readonly objects;
  private readonly pods;
  private readonly write;
  private readonly events;

  constructor(
    private readonly context: ControllerContext,
    private readonly kind: ReplicaKind<T>,
  ) {
    this.queue = queueFor(context);
    this.expectations = new Expectations(context.clock);
    this.objects = context.informers.of(kind.type).lister;
    this.pods = context.informers.of(resourceTypes.pods).lister;
    this.write = { objects: clientFor(context, kind.type), pods: clientFor(context, resourceTypes.pods) };
    this.events = recorderFor(context, kind.component);
  }

  podAdded(pod: Pod): void {
    if (pod.metadata.deletionTimestamp) {
      this.podDeleted(pod);
      return;
    }
    const owner = this.ownerOf(pod);
    if (owner) {
      this.expectations.creationObserved(keyOf(owner));
      this.wake(owner);
    } else if (!controllerOf(pod)) this.enqueueMatching(pod);
  }

  podUpdated(pod: Pod, old: Pod): void {
    if (pod.metadata.deletionTimestamp && !old.metadata.deletionTimestamp) {
      this.podDeleted(pod);
      return;
    }
    const [owner, before] = [this.ownerOf(pod), this.ownerOf(old)];
    if (before && before !== owner) this.wake(before);
    if (owner) this.wake(owner);
    else if (!controllerOf(pod)) this.enqueueMatching(pod);
  }

  podDeleted(pod: Pod): void {
    const owner = this.ownerOf(pod);
    if (!owner) return;
    this.expectations.deletionObserved(keyOf(owner), pod.metadata.uid ?? "");
    this.wake(owner);
  }

  /** Each look at a set goes through all of its pods: news of a large one is collected for a moment. */
  wake(owner: T): void {
    const { replicas = 1 } = this.kind.view(owner).spec;
    if (replicas > MANY_REPLICAS) this.queue.addAfter(keyOf(owner), GATHER_MS);
    else this.queue.add(keyOf(owner));
  }

  async reconcile(key: string): Promise<void> {
    const object = this.objects.get(key);
    if (!object) {
      this.expectations.forget(key);
      return; // deleted; its pods fall to the garbage collector
    }
    const replicaSet = this.kind.view(object);
    const candidates = this.pods
      .inNamespace(replicaSet.metadata.namespace ?? "")
      .filter((pod) => isActive(pod));
    const { selector } = replicaSet.spec;
    const active = await claim({ owner: replicaSet, selector, candidates, client: this.write.pods });
    let outcome: { failure?: StatusInput["failure"]; error?: unknown } = {};
    if (this.expectations.satisfied(key) && !replicaSet.metadata.deletionTimestamp) {
      outcome = await this.carryOut(key, replicaSet, planPods(replicaSet, active));
    }
    await this.writeStatus(object, active, outcome.failure);
    const wait = nextAvailability(replicaSet, active, this.context.clock.now());
    if (wait !== undefined) this.queue.addAfter(key, wait);
    if (outcome.error !== undefined) throw outcome.error;
  }

  private async carryOut(key: string, replicaSet: ReplicaSet, plan: PodPlan) {
    if (plan.create === 0 && plan.remove.length === 0) return {};
    const deletions = plan.remove.map(({ metadata }) => metadata.uid ?? "");
    this.expectations.expect(key, { creations: plan.create, deletions });
    const { succeeded, error } = await slowStart(plan.create, () => this.createPod(replicaSet));
    for (let lost = succeeded; lost < plan.create; lost++) this.expectations.creationObserved(key);
    if (error !== undefined) return { failure: failureOf("FailedCreate", error), error };
    const removed = await Promise.allSettled(plan.remove.map((pod) => this.deletePod(key, replicaSet, pod)));
    const failed = removed.find((result) => result.status === "rejected");
    return failed ? { failure: failureOf("FailedDelete", failed.reason), error: failed.reason } : {};
  }

  private async createPod(replicaSet: ReplicaSet): Promise<void> {
    try {
      const pod = await this.write.pods.create(podFromTemplate(replicaSet.spec.template, replicaSet));
      const message = `Created pod: ${pod.metadata.name}`;
      this.events.record(replicaSet, { type: "Normal", reason: "SuccessfulCreate", message });
    } catch (error) {
      const message = `Error creating: ${messageOf(error)}`;
      this.events.record(replicaSet, { type: "Warning", reason: "FailedCreate", message });
      throw error;
    }
  }

  private async deletePod(key: string, replicaSet: ReplicaSet, pod: Pod): Promise<void> {
    const { namespace, name = "", uid = "" } = pod.metadata;
    try {
      await this.write.pods.delete({ namespace, name }, { preconditions: { uid } });
      const message = `Deleted pod: ${name}`;
      this.events.record(replicaSet, { type: "Normal", reason: "SuccessfulDelete", message });
    } catch (error) {
      this.expectations.deletionObserved(key, uid);
      if (isNotFound(error)) return;
      const message = `Error deleting: ${messageOf(error)}`;
      this.events.record(replicaSet, { type: "Warning", reason: "FailedDelete", message });
      throw error;
    }
  }

  private async writeStatus(object: T, active: readonly Pod[], failure: StatusInput["failure"]) {
    const replicaSet = this.kind.view(object);
    const status = replicaSetStatus(replicaSet, {
      active,
      ...(failure ? { failure } : {}),
      now: this.context.clock.now(),
      timestamp: timestamp(this.context),
    });
    if (deepEqual(status, replicaSet.status)) return;
    try {
      await this.write.objects.updateStatus({ ...object, status });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  private ownerOf(pod: Pod): T | undefined {
    const owner = controllerOf(pod);
    if (owner?.kind !== this.kind.type.kind) return undefined;
    const found = this.objects.get(`${pod.metadata.namespace}/${owner.name}`);
    return found?.metadata.uid === owner.uid ? found : undefined;
  }

  private enqueueMatching(pod: Pod): void {
    for (const object of this.objects.inNamespace(pod.metadata.namespace ?? "")) {
      const selector = selectorOf(this.kind.view(object).spec.selector) ?? [];
      if (selector.length > 0 && matchesLabels(selector, pod.metadata.labels)) this.queue.add(keyOf(object));
    }
  }
}

function failureOf(reason: "FailedCreate" | "FailedDelete", error: unknown) {
  return { reason, message: messageOf(error) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
