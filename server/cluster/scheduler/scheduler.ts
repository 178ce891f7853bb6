import { deepEqual, isConflict, isNotFound, type KubeObject } from "../apimachinery/index.ts";
import { type Node, type PersistentVolumeClaim, type Pod, resourceTypes } from "../apis/index.ts";
import type { Clock, Logger, Random } from "../base/index.ts";
import {
  EventRecorder,
  Informer,
  keyOf,
  ResourceClient,
  refOf,
  runController,
  type Transport,
  WorkQueue,
  waitForCacheSync,
} from "../client/index.ts";
import { hasAntiAffinity } from "./affinity.ts";
import { unboundClaim } from "./claims.ts";
import { NodeLedger } from "./ledger.ts";
import { UNSCHEDULABLE_RETRY_MS } from "./limits.ts";
import { type Candidate, planPlacement, refusedByAll, type World, withPods } from "./plan.ts";
import { eligibility, planPreemption, priorityOf } from "./preemption.ts";
import { podRequests } from "./resources.ts";

const NAME = "default-scheduler";

export interface SchedulerDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Gives each pod a node. Returns at once; stops when `signal` aborts. Follows pkg/scheduler. */
export function startScheduler(deps: SchedulerDeps): void {
  const scheduler = new Scheduler(deps);
  scheduler
    .run()
    .catch((error: unknown) => deps.logger.error({ err: error, controller: NAME }, "scheduler ended"));
}

class Scheduler {
  private readonly queue: WorkQueue;
  private readonly client: ResourceClient<Pod>;
  private readonly pods: Informer<Pod>;
  private readonly nodes: Informer<Node>;
  private readonly claims: Informer<PersistentVolumeClaim>;
  private readonly namespaces: Informer<KubeObject>;
  private readonly budgets: Informer<KubeObject>;
  private readonly events: EventRecorder;
  /** Bound by us, not yet seen as bound: they already take room. */
  private readonly assumed = new Set<string>();
  private readonly ledger = new NodeLedger();
  private readonly unschedulable = new Set<string>();
  /** Pods for whom others were ended: the room is theirs, unless a more important one comes. */
  private readonly nominated = new Map<string, Nominee>();
  /** Pods with a node that refuse company. */
  private readonly repelling = new Set<string>();

  constructor(private readonly deps: SchedulerDeps) {
    const { transport, clock, logger } = deps;
    const userAgent = "kube-scheduler";
    this.queue = new WorkQueue({ clock });
    this.client = new ResourceClient({ transport, type: resourceTypes.pods, userAgent });
    this.pods = new Informer({ client: this.client, clock, logger });
    const nodes = new ResourceClient({ transport, type: resourceTypes.nodes, userAgent });
    this.nodes = new Informer({ client: nodes, clock, logger });
    const claims = new ResourceClient({ transport, type: resourceTypes.persistentVolumeClaims, userAgent });
    this.claims = new Informer({ client: claims, clock, logger });
    const namespaces = new ResourceClient({ transport, type: resourceTypes.namespaces, userAgent });
    this.namespaces = new Informer<KubeObject>({ client: namespaces, clock, logger });
    const budgets = new ResourceClient({ transport, type: resourceTypes.podDisruptionBudgets, userAgent });
    this.budgets = new Informer<KubeObject>({ client: budgets, clock, logger });
    this.claims.addHandler({ added: () => this.retryAll(), updated: () => this.retryAll() });
    this.events = new EventRecorder({ transport, clock, logger, component: NAME });
    this.pods.addHandler({
      added: (pod) => this.podSeen(pod),
      updated: (pod, old) => {
        // A pod that fitted nowhere may fit with other tolerations or selectors.
        if (!deepEqual(pod.spec, old.spec)) this.unschedulable.delete(keyOf(pod));
        this.podSeen(pod);
      },
      deleted: (pod) => this.podGone(pod),
    });
    this.nodes.addHandler({
      added: () => this.retryAll(),
      updated: (node, old) => {
        // Heartbeats change nothing that matters here.
        if (fingerprint(node) !== fingerprint(old)) this.retryAll();
      },
    });
  }

  async run(): Promise<void> {
    const { signal, logger } = this.deps;
    const informers = [this.pods, this.nodes, this.claims, this.namespaces, this.budgets];
    for (const informer of informers) informer.start(signal);
    if (!(await waitForCacheSync(informers, signal))) return;
    const reconcile = (key: string) => this.schedule(key);
    await runController({ name: NAME, queue: this.queue, reconcile, logger, signal });
  }

  private async schedule(key: string): Promise<void> {
    const pod = this.pods.lister.get(key);
    if (!pod || !needsNode(pod) || this.assumed.has(key)) return;
    const unbound = unboundClaim(pod, (claim) => this.claims.lister.get(claim));
    const world = this.world(key, pod);
    const placement = unbound
      ? refusedByAll(unbound, world.candidates.length)
      : planPlacement(pod, world, (below) => this.deps.random.int(below));
    if (placement.kind === "bind") await this.bind(key, pod, placement.node);
    else await this.makeRoom(key, pod, { ...placement, world });
  }

  /** The nodes as this pod finds them: room that is kept for others as important as it is taken. */
  private world(key: string, pod: Pod): World {
    const kept = [...this.nominated].filter(
      ([other, nominee]) => other !== key && priorityOf(nominee.pod) >= priorityOf(pod),
    );
    return {
      candidates: this.nodes.lister.list().map((node) => this.candidate(node, kept)),
      namespaceLabels: (name) => this.namespaces.lister.get(name)?.metadata.labels,
      repelling: this.repelling.size > 0,
      withPods: (candidate, pods) => withPods(candidate, pods),
    };
  }

  private candidate(node: Node, kept: readonly (readonly [string, Nominee])[]): Candidate {
    const name = node.metadata.name ?? "";
    const guests = kept.filter(([, nominee]) => nominee.node === name).map(([, nominee]) => nominee.pod);
    const use = this.ledger.use(name);
    if (guests.length === 0) return { node, use, pods: () => this.ledger.podsOn(name) };
    const used = new Map(use.used);
    for (const guest of guests)
      for (const [resource, amount] of podRequests(guest))
        used.set(resource, (used.get(resource) ?? 0n) + amount);
    const pods = () => [...this.ledger.podsOn(name), ...guests];
    return { node, use: { pods: use.pods + guests.length, used }, pods };
  }

  /** Ends less important pods when that helps; the pod is tried again when they are gone. */
  private async makeRoom(key: string, pod: Pod, { reasons, against, world }: Refusal): Promise<void> {
    if (against.length === 0) return this.refuse(key, pod, { message: reasons });
    const allowed = eligibility(pod, (node) => this.ledger.podsOn(node));
    const say = (why: string) => this.refuse(key, pod, { message: `${reasons} ${NO_CLAIMS}${why}` });
    if (allowed.kind === "not") return say(allowed.why);
    const plan = planPreemption(pod, { world, against, budgets: this.budgets.lister.list() });
    if (plan.kind === "helpless") return say(plan.message);
    this.nominated.set(key, { pod, node: plan.node });
    for (const victim of plan.victims) await this.preempt(victim, pod, plan.node);
    await this.refuse(key, pod, { message: reasons, node: plan.node });
  }

  private async preempt(victim: Pod, pod: Pod, node: string): Promise<void> {
    const { namespace = "", name = "" } = victim.metadata;
    const message = `${NAME}: preempting to accommodate a higher priority pod`;
    const condition = { type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler", message };
    const conditions = withCondition(victim, { ...condition, lastTransitionTime: this.now() });
    try {
      const body = { status: { conditions } };
      await this.client.patch({ namespace, name }, { type: "merge", body, subresource: "status" });
      await this.client.delete({ namespace, name });
    } catch (error) {
      if (isNotFound(error)) return; // gone by itself
      throw error;
    }
    this.events.record(victim, {
      type: "Normal",
      reason: "Preempted",
      message: `Preempted by pod ${pod.metadata.uid} on node ${node}`,
    });
  }

  private async bind(key: string, pod: Pod, node: string): Promise<void> {
    this.unschedulable.delete(key);
    this.nominated.delete(key);
    this.assumed.add(key);
    this.ledger.put(key, pod, node);
    const { namespace = "", name = "", uid } = pod.metadata;
    try {
      await this.client.createSubresource({ namespace, name }, "binding", {
        apiVersion: "v1",
        kind: "Binding",
        metadata: { name, namespace, uid },
        target: { kind: "Node", name: node },
      });
    } catch (error) {
      this.assumed.delete(key);
      this.ledger.remove(key);
      if (isNotFound(error)) return; // deleted in the meantime
      if (isConflict(error)) return; // bound by another, or being deleted: its event tells
      throw error;
    }
    const message = `Successfully assigned ${namespace}/${name} to ${node}`;
    this.events.record(pod, { type: "Normal", reason: "Scheduled", message });
  }

  private async refuse(key: string, pod: Pod, { message, node }: Verdict): Promise<void> {
    this.unschedulable.add(key);
    this.queue.addAfter(key, UNSCHEDULABLE_RETRY_MS);
    const present = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
    const told = present?.status === "False" && present.message === message;
    if (told && (!node || pod.status?.nominatedNodeName === node)) return;
    if (!told) this.events.record(pod, { type: "Warning", reason: "FailedScheduling", message });
    const conditions = withCondition(pod, {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message,
      lastProbeTime: null,
      lastTransitionTime: present?.status === "False" ? present.lastTransitionTime : this.now(),
    });
    const body = { status: { conditions, ...(node && { nominatedNodeName: node }) } };
    try {
      await this.client.patch(refOf(key), { type: "merge", body, subresource: "status" });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  private now(): string {
    return `${new Date(this.deps.clock.now()).toISOString().slice(0, 19)}Z`;
  }

  private podSeen(pod: Pod): void {
    const key = keyOf(pod);
    const over = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
    if (pod.spec.nodeName) {
      this.assumed.delete(key);
      this.nominated.delete(key);
      if (over) this.leave(key);
      else this.ledger.put(key, pod, pod.spec.nodeName);
      if (!over && hasAntiAffinity(pod)) this.repelling.add(key);
    } else if (pod.status?.nominatedNodeName && needsNode(pod)) {
      // Also after a restart, from what was stored.
      this.nominated.set(key, { pod, node: pod.status.nominatedNodeName });
    }
    if (needsNode(pod)) {
      if (!this.unschedulable.has(key)) this.queue.add(key);
      return;
    }
    this.unschedulable.delete(key);
    if (over) this.retryAll();
  }

  private podGone(pod: Pod): void {
    const key = keyOf(pod);
    this.assumed.delete(key);
    this.leave(key);
    this.unschedulable.delete(key);
    if (pod.spec.nodeName || this.nominated.delete(key)) this.retryAll();
  }

  private leave(key: string): void {
    this.ledger.remove(key);
    this.repelling.delete(key);
  }

  /** Room may have appeared. The important come first, then those that have waited longest. */
  private retryAll(): void {
    const priority = (key: string) => this.pods.lister.get(key)?.spec.priority ?? 0;
    const waiting = [...this.unschedulable].sort((one, other) => priority(other) - priority(one));
    for (const key of waiting) this.queue.add(key);
  }
}

interface Nominee {
  readonly pod: Pod;
  readonly node: string;
}

interface Refusal
  extends Pick<Extract<ReturnType<typeof planPlacement>, { kind: "unschedulable" }>, "reasons" | "against"> {
  readonly world: World;
}

interface Verdict {
  readonly message: string;
  /** Where room is being made for the pod. */
  readonly node?: string;
}

/** What the plugin for resource claims says of a pod without any, since 1.34, before pre-emption has its say. */
const NO_CLAIMS = "no new claims to deallocate, preemption: ";

function withCondition(pod: Pod, condition: Readonly<Record<string, unknown>>): readonly object[] {
  return [...(pod.status?.conditions ?? []).filter(({ type }) => type !== condition.type), condition];
}

function needsNode({ spec, metadata, status }: Pod): boolean {
  return (
    !spec.nodeName &&
    (spec.schedulerName ?? NAME) === NAME &&
    !metadata.deletionTimestamp &&
    (spec.schedulingGates ?? []).length === 0 &&
    status?.phase !== "Succeeded" &&
    status?.phase !== "Failed"
  );
}

function fingerprint({ metadata, spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === "Ready")?.status;
  return JSON.stringify([metadata.labels, spec?.taints, spec?.unschedulable, status?.allocatable, ready]);
}
