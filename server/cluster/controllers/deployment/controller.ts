import { deepEqual, isAlreadyExists, isNotFound } from "../../apimachinery/index.ts";
import { type Deployment, type Pod, type ReplicaSet, resourceTypes } from "../../apis/index.ts";
import { keyOf, refOf } from "../../client/index.ts";
import { claim } from "../common/claim.ts";
import {
  type ControllerContext,
  clientFor,
  enqueueAll,
  queueFor,
  recorderFor,
  run,
  timestamp,
} from "../common/context.ts";
import { controllerOf, isControlledBy } from "../common/owners.ts";
import { newReplicaSet } from "./new-replica-set.ts";
import { planRollout } from "./plan.ts";
import { annotationsFor, REVISION, sizeAnnotations, splitReplicaSets } from "./revision.ts";
import { isRolling, type Resize, wanted } from "./rolling.ts";
import { deadlineIn, deploymentStatus, isComplete, type StatusInput } from "./status.ts";

/** Rolls deployments out through replica sets. Follows pkg/controller/deployment. */
export function startDeploymentController(context: ControllerContext): void {
  const { informers } = context;
  const controller = new DeploymentController(context);
  const { queue } = controller;
  enqueueAll(context, resourceTypes.deployments, queue);
  const replicaSets = informers.of(resourceTypes.replicaSets);
  const changed = (set: ReplicaSet) => controller.replicaSetChanged(set);
  replicaSets.addHandler({ added: changed, updated: changed, deleted: changed });
  const pods = informers.of(resourceTypes.pods);
  pods.addHandler({ deleted: (pod) => controller.podDeleted(pod) });
  run(context, {
    name: "deployment",
    queue,
    caches: [informers.of(resourceTypes.deployments), replicaSets, pods],
    reconcile: (key) => controller.reconcile(key),
  });
}

type Findings = Pick<StatusInput, "progress" | "collisionCount">;

class DeploymentController {
  readonly queue;
  private readonly listers;
  private readonly write;
  private readonly events;

  constructor(private readonly context: ControllerContext) {
    const { informers } = context;
    this.queue = queueFor(context);
    this.listers = {
      deployments: informers.of(resourceTypes.deployments).lister,
      replicaSets: informers.of(resourceTypes.replicaSets).lister,
      pods: informers.of(resourceTypes.pods).lister,
    };
    this.write = {
      deployments: clientFor(context, resourceTypes.deployments),
      replicaSets: clientFor(context, resourceTypes.replicaSets),
    };
    this.events = recorderFor(context, "deployment-controller");
  }

  replicaSetChanged(set: ReplicaSet): void {
    const owner = controllerOf(set);
    const { namespace = "" } = set.metadata;
    if (owner?.kind === "Deployment") this.queue.add(`${namespace}/${owner.name}`);
    else if (!owner) {
      for (const deployment of this.listers.deployments.inNamespace(namespace))
        this.queue.add(keyOf(deployment));
    }
  }

  /** Recreate waits for the last old pod to be gone. */
  podDeleted(pod: Pod): void {
    const owner = controllerOf(pod);
    const set = owner && this.listers.replicaSets.get(`${pod.metadata.namespace}/${owner.name}`);
    const deployment = set && controllerOf(set);
    if (deployment?.kind !== "Deployment") return;
    const found = this.listers.deployments.get(`${pod.metadata.namespace}/${deployment.name}`);
    if (found && !isRolling(found)) this.queue.add(keyOf(found));
  }

  async reconcile(key: string): Promise<void> {
    const deployment = this.listers.deployments.get(key);
    if (!deployment) return; // deleted; its replica sets fall to the garbage collector
    const sets = await claim({
      owner: deployment,
      selector: deployment.spec.selector,
      candidates: this.listers.replicaSets.inNamespace(deployment.metadata.namespace ?? ""),
      client: this.write.replicaSets,
    });
    const pods = sets.flatMap((set) => this.listers.pods.ownedBy(set.metadata.uid ?? ""));
    const plan = planRollout(deployment, { replicaSets: sets, pods });
    const world = new Map(sets.map((set) => [set.metadata.uid, set]));
    const findings: Findings = plan.create
      ? await this.create(deployment, plan.create.replicas, world)
      : await this.refreshCurrent(deployment, world);
    for (const resize of plan.resize) await this.scale(deployment, resize, world);
    const status = await this.writeStatus(deployment, {
      all: [...world.values()],
      judgeProgress: plan.judgeProgress,
      ...findings,
    });
    if (plan.cleanup.length > 0 && (deployment.spec.paused || isComplete(deployment, status))) {
      for (const set of plan.cleanup) await this.remove(set);
    }
  }

  private async create(
    deployment: Deployment,
    replicas: number,
    world: Map<string | undefined, ReplicaSet>,
  ): Promise<Findings> {
    const wantedSet = newReplicaSet(deployment, [...world.values()], replicas);
    const { name = "", namespace } = wantedSet.metadata;
    try {
      const set = await this.write.replicaSets.create(wantedSet);
      world.set(set.metadata.uid, set);
      if (replicas > 0) this.announce(deployment, { name, from: 0, to: replicas });
      await this.setRevision(deployment, set);
      const message = `Created new replica set "${name}"`;
      return { progress: { status: "True", reason: "NewReplicaSetCreated", message } };
    } catch (error) {
      if (isAlreadyExists(error)) {
        const present = await this.write.replicaSets.get({ namespace, name });
        // Ours, but not yet in the lister: its event brings us back.
        if (isControlledBy(present, deployment)) return {};
        const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
        return { collisionCount };
      }
      const reason = error instanceof Error ? error.message : String(error);
      const message = `Failed to create new replica set "${name}": ${reason}`;
      this.events.record(deployment, { type: "Warning", reason: "ReplicaSetCreateError", message });
      const progress = { status: "False", reason: "ReplicaSetCreateError", message };
      await this.writeStatus(deployment, { all: [...world.values()], judgeProgress: false, progress });
      throw error;
    }
  }

  /** Brings the annotations of the set in use up to date: a rollback makes an old set the newest revision. */
  private async refreshCurrent(
    deployment: Deployment,
    world: Map<string | undefined, ReplicaSet>,
  ): Promise<Findings> {
    const { current, old } = splitReplicaSets(deployment, [...world.values()]);
    if (!current || deployment.metadata.deletionTimestamp) return {};
    const annotations = annotationsFor(deployment, old, current);
    const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
    let set = current;
    const stale = (current.spec.minReadySeconds ?? 0) !== minReadySeconds;
    if (stale || !deepEqual(annotations, current.metadata.annotations ?? {})) {
      const body = { metadata: { annotations }, ...(stale ? { spec: { minReadySeconds } } : {}) };
      set = await this.write.replicaSets.patch(refOf(keyOf(current)), { type: "merge", body });
      world.set(set.metadata.uid, set);
    }
    await this.setRevision(deployment, set);
    const judged = deployment.status?.conditions?.some(({ type }) => type === "Progressing");
    if (judged || deployment.spec.paused) return {};
    const message = `Found new replica set "${set.metadata.name}"`;
    return { progress: { status: "True", reason: "FoundNewReplicaSet", message } };
  }

  /** Upstream writes the annotation along with the status; here it takes a patch of its own. */
  private async setRevision(deployment: Deployment, set: ReplicaSet): Promise<void> {
    const revision = set.metadata.annotations?.[REVISION];
    if (!revision || deployment.metadata.annotations?.[REVISION] === revision) return;
    const body = { metadata: { annotations: { [REVISION]: revision } } };
    await this.write.deployments.patch(refOf(keyOf(deployment)), { type: "merge", body });
  }

  private async scale(
    deployment: Deployment,
    { replicaSet, replicas }: Resize,
    world: Map<string | undefined, ReplicaSet>,
  ): Promise<void> {
    const from = wanted(replicaSet);
    const size = sizeAnnotations(deployment);
    const annotations = replicaSet.metadata.annotations ?? {};
    const same = Object.entries(size).every(([key, value]) => annotations[key] === value);
    if (from === replicas && same) return;
    const body = { metadata: { annotations: size }, spec: { replicas } };
    const set = await this.write.replicaSets.patch(refOf(keyOf(replicaSet)), { type: "merge", body });
    world.set(set.metadata.uid, set);
    if (from !== replicas) {
      this.announce(deployment, { name: replicaSet.metadata.name ?? "", from, to: replicas });
    }
  }

  private announce(deployment: Deployment, { name, from, to }: { name: string; from: number; to: number }) {
    const direction = to > from ? "up" : "down";
    const message = `Scaled ${direction} replica set ${name} from ${from} to ${to}`;
    this.events.record(deployment, { type: "Normal", reason: "ScalingReplicaSet", message });
  }

  private async writeStatus(deployment: Deployment, found: Omit<StatusInput, "now" | "timestamp">) {
    const now = this.context.clock.now();
    const { current } = splitReplicaSets(deployment, found.all);
    const input = { ...found, ...(current ? { current } : {}), now, timestamp: timestamp(this.context) };
    const status = deploymentStatus(deployment, input);
    if (!deepEqual(status, deployment.status ?? {})) {
      const ref = refOf(keyOf(deployment));
      const fresh = await this.write.deployments.get(ref);
      await this.write.deployments.updateStatus({ ...fresh, status });
    }
    const progressing = status.conditions?.find(({ type }) => type === "Progressing");
    const wait = deadlineIn(deployment, progressing, now);
    if (found.judgeProgress && wait !== undefined && wait > 0 && !isComplete(deployment, status)) {
      this.queue.addAfter(keyOf(deployment), wait + 1000);
    }
    return status;
  }

  private async remove(set: ReplicaSet): Promise<void> {
    try {
      await this.write.replicaSets.delete(refOf(keyOf(set)), { propagationPolicy: "Background" });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
