import { isNotFound, type KubeObject, type OwnerReference } from "../../apimachinery/index.ts";
import { builtinStrategies } from "../../apis/index.ts";
import type { ResourceType } from "../../client/index.ts";
import { type ControllerContext, clientFor, queueFor, run } from "../common/context.ts";
import { type KnownKinds, typeKey } from "../common/known-kinds.ts";
import { type GraphNode, graphNode, OwnerGraph } from "./graph.ts";
import { blocks, FOREGROUND, ORPHAN, type OwnerState, planCollection } from "./plan.ts";

/** Events are many, own nothing and are owned by nobody. */
const IGNORED = new Set(["v1/events", "events.k8s.io/v1/events"]);

/** Deletes what has lost its owners. Follows pkg/controller/garbagecollector. */
export function startGarbageCollector(context: ControllerContext, kinds: KnownKinds): void {
  const collector = new GarbageCollector(context, kinds);
  const caches = builtinStrategies
    .filter((type) => !IGNORED.has(typeKey(type)))
    .map((type) => collector.follow(type));
  kinds.onCustom((type) => collector.follow(type));
  run(context, {
    name: "garbage-collector",
    queue: collector.queue,
    caches,
    reconcile: (uid) => collector.reconcile(uid),
  });
}

class GarbageCollector {
  readonly queue;
  private readonly graph = new OwnerGraph();

  constructor(
    private readonly context: ControllerContext,
    private readonly kinds: KnownKinds,
  ) {
    this.queue = queueFor(context);
  }

  follow(type: ResourceType) {
    const informer = this.context.informers.of(type);
    const seen = (object: KubeObject) => this.seen(graphNode(type, object));
    informer.addHandler({
      added: seen,
      updated: seen,
      deleted: ({ metadata }) => this.gone(metadata.uid ?? ""),
    });
    informer.start(this.context.signal);
    return informer;
  }

  async reconcile(uid: string): Promise<void> {
    const node = this.graph.get(uid);
    if (!node) return;
    if (node.deleting && node.finalizers.includes(ORPHAN)) return this.orphan(node);
    if (node.deleting && node.finalizers.includes(FOREGROUND)) return this.deleteForeground(node);
    return this.collect(node);
  }

  private seen(node: GraphNode): void {
    const before = this.graph.get(node.uid);
    this.graph.set(node);
    const finalizing =
      node.deleting && node.finalizers.some((name) => name === ORPHAN || name === FOREGROUND);
    const ownersChanged = before?.owners !== node.owners && node.owners.length > 0;
    if (finalizing || ownersChanged) this.queue.add(node.uid);
  }

  private gone(uid: string): void {
    const owners = this.graph.get(uid)?.owners ?? [];
    const dependents = this.graph.dependentsOf(uid);
    this.graph.delete(uid);
    for (const dependent of dependents) this.queue.add(dependent.uid);
    // An owner may be waiting for just this one.
    for (const owner of owners) if (this.graph.get(owner.uid)?.deleting) this.queue.add(owner.uid);
  }

  private async collect(node: GraphNode): Promise<void> {
    if (node.owners.length === 0 || node.deleting) return;
    const states = new Map<string, OwnerState>();
    for (const owner of node.owners) {
      const state = await this.stateOf(owner, node);
      // An owner of a kind that nobody knows: better to keep too much.
      if (!state) return;
      states.set(owner.uid, state);
    }
    const blocking = this.graph.dependentsOf(node.uid).some((dependent) => blocks(dependent, node.uid));
    const plan = planCollection(node, states, blocking);
    const client = clientFor(this.context, node.type);
    try {
      if (plan.kind === "drop-references") await this.writeOwners(node, plan.owners);
      if (plan.kind === "delete") {
        const preconditions = { uid: node.uid };
        await client.delete(node, { propagationPolicy: plan.policy, preconditions });
      }
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** What the graph knows; what it does not know is asked of the server, for caches may lag behind each other. */
  private async stateOf(owner: OwnerReference, node: GraphNode): Promise<OwnerState | undefined> {
    const known = this.graph.get(owner.uid);
    if (known) return known.deleting && known.finalizers.includes(FOREGROUND) ? "waiting" : "solid";
    const type = this.kinds.find(owner.apiVersion, owner.kind);
    if (!type) return undefined;
    const namespace = type.namespaced ? node.namespace : undefined;
    try {
      const found = await clientFor(this.context, type).get({ namespace, name: owner.name });
      return found.metadata.uid === owner.uid ? "solid" : "gone";
    } catch (error) {
      if (isNotFound(error)) return "gone";
      throw error;
    }
  }

  /** Foreground: dependents that block go first, then the owner itself. */
  private async deleteForeground(node: GraphNode): Promise<void> {
    const dependents = this.graph.dependentsOf(node.uid);
    const blocking = dependents.filter((dependent) => blocks(dependent, node.uid));
    if (blocking.length === 0) {
      await this.removeFinalizer(node, FOREGROUND);
      return;
    }
    for (const dependent of dependents) this.queue.add(dependent.uid);
  }

  private async orphan(node: GraphNode): Promise<void> {
    for (const dependent of this.graph.dependentsOf(node.uid)) {
      const owners = dependent.owners.filter(({ uid }) => uid !== node.uid);
      await this.writeOwners(dependent, owners);
    }
    await this.removeFinalizer(node, ORPHAN);
  }

  private async writeOwners(node: GraphNode, ownerReferences: readonly OwnerReference[]): Promise<void> {
    const body = { metadata: { uid: node.uid, ownerReferences } };
    try {
      await clientFor(this.context, node.type).patch(node, { type: "merge", body });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  private async removeFinalizer(node: GraphNode, finalizer: string): Promise<void> {
    const client = clientFor(this.context, node.type);
    try {
      const { metadata } = await client.get(node);
      if (metadata.uid !== node.uid) return;
      const finalizers = (metadata.finalizers ?? []).filter((name) => name !== finalizer);
      const { resourceVersion } = metadata;
      await client.patch(node, { type: "merge", body: { metadata: { resourceVersion, finalizers } } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
