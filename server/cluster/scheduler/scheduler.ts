import { deepEqual, isConflict, isNotFound } from "../apimachinery/index.ts";
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
import { unboundClaim } from "./claims.ts";
import { NodeLedger } from "./ledger.ts";
import { UNSCHEDULABLE_RETRY_MS } from "./limits.ts";
import { type Candidate, planPlacement, refusedByAll } from "./plan.ts";

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
  private readonly events: EventRecorder;
  /** Bound by us, not yet seen as bound: they already take room. */
  private readonly assumed = new Set<string>();
  private readonly ledger = new NodeLedger();
  private readonly unschedulable = new Set<string>();

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
    this.pods.start(signal);
    this.nodes.start(signal);
    this.claims.start(signal);
    if (!(await waitForCacheSync([this.pods, this.nodes, this.claims], signal))) return;
    const reconcile = (key: string) => this.schedule(key);
    await runController({ name: NAME, queue: this.queue, reconcile, logger, signal });
  }

  private async schedule(key: string): Promise<void> {
    const pod = this.pods.lister.get(key);
    if (!pod || !needsNode(pod) || this.assumed.has(key)) return;
    const unbound = unboundClaim(pod, (claim) => this.claims.lister.get(claim));
    const placement = unbound
      ? refusedByAll(unbound, this.nodes.lister.list().length)
      : planPlacement(pod, this.candidates(), (below) => this.deps.random.int(below));
    if (placement.kind === "bind") await this.bind(key, pod, placement.node);
    else await this.refuse(key, pod, placement.message);
  }

  private candidates(): Candidate[] {
    return this.nodes.lister.list().map((node) => ({ node, use: this.ledger.use(node.metadata.name ?? "") }));
  }

  private async bind(key: string, pod: Pod, node: string): Promise<void> {
    this.unschedulable.delete(key);
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

  private async refuse(key: string, pod: Pod, message: string): Promise<void> {
    this.unschedulable.add(key);
    this.queue.addAfter(key, UNSCHEDULABLE_RETRY_MS);
    const present = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
    if (present?.status === "False" && present.message === message) return;
    this.events.record(pod, { type: "Warning", reason: "FailedScheduling", message });
    const now = `${new Date(this.deps.clock.now()).toISOString().slice(0, 19)}Z`;
    const condition = {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message,
      lastProbeTime: null,
      lastTransitionTime: present?.status === "False" ? present.lastTransitionTime : now,
    };
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== "PodScheduled");
    const body = { status: { conditions: [...others, condition] } };
    try {
      await this.client.patch(refOf(key), { type: "merge", body, subresource: "status" });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  private podSeen(pod: Pod): void {
    const key = keyOf(pod);
    const over = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
    if (pod.spec.nodeName) {
      this.assumed.delete(key);
      if (over) this.ledger.remove(key);
      else this.ledger.put(key, pod, pod.spec.nodeName);
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
    this.ledger.remove(key);
    this.unschedulable.delete(key);
    if (pod.spec.nodeName) this.retryAll();
  }

  /** Room may have appeared. */
  private retryAll(): void {
    for (const key of this.unschedulable) this.queue.add(key);
  }
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
