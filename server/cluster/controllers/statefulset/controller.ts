import { deepEqual, isAlreadyExists, isNotFound } from "../../apimachinery/index.ts";
import { type PersistentVolumeClaim, type Pod, resourceTypes, type StatefulSet } from "../../apis/index.ts";
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
import { enqueueOwners } from "../common/owned-pods.ts";
import { RevisionKeeper, type Revisions } from "../common/revisions.ts";
import { claimsOf, ordinalOf, planStatefulSet, revisionHashOf, statefulPod } from "./plan.ts";
import { statefulSetStatus } from "./status.ts";

const claimType: ResourceType<PersistentVolumeClaim> = {
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  namespaced: true,
};

/** Keeps the numbered pods of each StatefulSet and their claims. Follows pkg/controller/statefulset. */
export function startStatefulSetController(context: ControllerContext): void {
  const { informers } = context;
  const controller = new StatefulSetController(context);
  enqueueAll(context, resourceTypes.statefulSets, controller.queue);
  enqueueOwners(context, resourceTypes.statefulSets, controller.queue);
  run(context, {
    name: "statefulset",
    queue: controller.queue,
    caches: [resourceTypes.statefulSets, resourceTypes.pods, resourceTypes.controllerRevisions].map(
      (type: ResourceType) => informers.of(type),
    ),
    reconcile: (key) => controller.reconcile(key),
  });
}

class StatefulSetController {
  readonly queue;
  private readonly sets;
  private readonly pods;
  private readonly write;
  private readonly revisions;
  private readonly events;

  constructor(private readonly context: ControllerContext) {
    this.queue = queueFor(context);
    this.sets = context.informers.of(resourceTypes.statefulSets).lister;
    this.pods = context.informers.of(resourceTypes.pods).lister;
    this.write = {
      sets: clientFor(context, resourceTypes.statefulSets),
      pods: clientFor(context, resourceTypes.pods),
      claims: clientFor(context, claimType),
    };
    this.revisions = new RevisionKeeper(context);
    this.events = recorderFor(context, "statefulset-controller");
  }

  async reconcile(key: string): Promise<void> {
    const set = this.sets.get(key);
    if (!set || set.metadata.deletionTimestamp) return;
    const candidates = this.pods
      .inNamespace(set.metadata.namespace ?? "")
      .filter((pod) => ordinalOf(set, pod) !== undefined);
    const { selector } = set.spec;
    const pods = await claim({ owner: set, selector, candidates, client: this.write.pods });
    const revisions = await this.revisions.current(set);
    const plan = planStatefulSet(set, pods, revisions.hash);
    for (const ordinal of plan.create) await this.createPod(set, ordinal, revisions);
    for (const pod of plan.remove) await this.removePod(set, pod);
    await this.writeStatus(set, pods, revisions.hash);
    await this.revisions.trim(set, revisions, new Set(pods.map(revisionHashOf)));
  }

  private async createPod(set: StatefulSet, ordinal: number, revisions: Revisions): Promise<void> {
    const { name = "" } = set.metadata;
    // Below the partition pods stay as they were.
    const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
    const before = set.status?.currentRevision?.slice(name.length + 1);
    const old = ordinal < partition && before ? this.revisions.templateOf(revisions, before) : undefined;
    const version =
      old && before ? { template: old, hash: before } : { template: set.spec.template, hash: revisions.hash };
    const pod = statefulPod(set, ordinal, version);
    const what = `create Pod ${pod.metadata.name} in StatefulSet ${name}`;
    try {
      await this.createClaims(set, ordinal);
      await this.write.pods.create(pod);
      const event = { type: "Normal", reason: "SuccessfulCreate", message: `${what} successful` } as const;
      this.events.record(set, event);
    } catch (error) {
      // The lister had not heard of it yet.
      if (isAlreadyExists(error)) return;
      const why = error instanceof Error ? error.message : String(error);
      const message = `${what} failed error: ${why}`;
      this.events.record(set, { type: "Warning", reason: "FailedCreate", message });
      throw error;
    }
  }

  private async createClaims(set: StatefulSet, ordinal: number): Promise<void> {
    const { namespace, name: setName } = set.metadata;
    for (const { template, name } of claimsOf(set, ordinal)) {
      const found = set.spec.volumeClaimTemplates?.find(({ metadata }) => metadata?.name === template);
      const labels = { ...found?.metadata?.labels, ...set.spec.selector.matchLabels };
      const metadata = { ...found?.metadata, name, labels, ...(namespace ? { namespace } : {}) };
      const head = { apiVersion: "v1", kind: "PersistentVolumeClaim" };
      try {
        await this.write.claims.create({ ...head, metadata, ...(found?.spec ? { spec: found.spec } : {}) });
      } catch (error) {
        if (isAlreadyExists(error)) continue;
        throw error;
      }
      const message = `create Claim ${name} Pod ${setName}-${ordinal} in StatefulSet ${setName} success`;
      this.events.record(set, { type: "Normal", reason: "SuccessfulCreate", message });
    }
  }

  private async removePod(set: StatefulSet, pod: Pod): Promise<void> {
    const { uid = "", name } = pod.metadata;
    try {
      await this.write.pods.delete(refOf(keyOf(pod)), { preconditions: { uid } });
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    const message = `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`;
    this.events.record(set, { type: "Normal", reason: "SuccessfulDelete", message });
  }

  private async writeStatus(set: StatefulSet, pods: readonly Pod[], updateHash: string): Promise<void> {
    const status = statefulSetStatus(set, pods, { updateHash, now: this.context.clock.now() });
    if (deepEqual(status, set.status)) return;
    try {
      await this.write.sets.updateStatus({ ...set, status });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
