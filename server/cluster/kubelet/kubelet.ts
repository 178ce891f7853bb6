import type { KubeObject } from "../apimachinery/index.ts";
import { isNotFound } from "../apimachinery/index.ts";
import type { Clock, Disposable, Logger, Random } from "../base/index.ts";
import type { Transport } from "../client/transport.ts";
import type { ContainerShell, Program } from "../container/index.ts";
import type { PracticeNetwork } from "../network/index.ts";
import { ClaimStore } from "./claim-store.ts";
import { NodeConnection } from "./connection.ts";
import { PodEvents } from "./events.ts";
import { follow } from "./follow.ts";
import { writeLease } from "./lease.ts";
import { registerNode } from "./node.ts";
import { ObjectStore } from "./object-store.ts";
import { asPod, type Pod } from "./pod.ts";
import { type Checkpoints, PodWorker, type WorkerDeps } from "./pod-worker.ts";
import { ServiceProxy } from "./service-proxy.ts";
import { TokenStore } from "./tokens.ts";

export interface KubeletDeps {
  readonly transport: Transport;
  readonly network: PracticeNetwork;
  readonly programs: readonly Program[];
  /** Answers `exec` of commands that a program does not know itself. */
  readonly shell?: ContainerShell;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly nodeName?: string;
  /** Pods the node takes; absent: MAX_PODS. */
  readonly maxPods?: number;
  readonly podCIDR?: string;
  /** The pods that are there at the start come from a prepared state: they run on, instead of being started again. */
  readonly resume?: Checkpoints | undefined;
  /** No pod is run before it resolves; absent: at once. */
  readonly mayRun?: Promise<void>;
  readonly signal: AbortSignal;
}

export interface Kubelet extends Disposable {
  /** What the API server asks of the node (KubeletConnection). */
  readonly connection: NodeConnection;
  /** How the API server reaches services and pods (ServiceDialer). */
  readonly dialer: Pick<NodeConnection, "dialService" | "dialPod" | "dialAddress">;
  /** The Node is registered and everything that was there has been taken up. */
  readonly ready: Promise<void>;
  /** Every pod that runs on from a prepared state does what its status says. */
  resumed(): Promise<void>;
  /** For KubeletDeps.resume of a copy. */
  checkpoints(): Checkpoints;
}

/** Starts the practice node: registers it, programs services, runs the pods bound to it. Returns at once. */
export function startKubelet(deps: KubeletDeps): Kubelet {
  const stop = new AbortController();
  const signal = AbortSignal.any([deps.signal, stop.signal]);
  const nodeName = deps.nodeName ?? "practice-node";
  const claims = new ClaimStore(deps.transport);
  const pods = new PodTable(
    {
      ...deps,
      shell: deps.shell,
      configMaps: new ObjectStore(deps.transport, "configmaps"),
      secrets: new ObjectStore(deps.transport, "secrets"),
      tokens: new TokenStore(deps),
      claims,
      events: new PodEvents({ ...deps, nodeName }),
    },
    deps.resume,
  );
  const connection = new NodeConnection({
    ...deps,
    worker: (pod) => pods.get(pod),
    workers: () => pods.all(),
  });
  signal.addEventListener("abort", () => pods.killAll(), { once: true });
  const start = async () => {
    await registered({ ...deps, signal }, nodeName);
    writeLease({ ...deps, signal }, nodeName).catch((error: unknown) =>
      deps.logger.warn({ error: String(error) }, "the node's lease could not be written"),
    );
    const followed = { ...deps, signal };
    await Promise.all([
      pods.deps.configMaps.start(followed),
      pods.deps.secrets.start(followed),
      new ServiceProxy(deps.network).start(followed),
      claims.start(followed),
    ]);
    await deps.mayRun;
    await follow(followed, {
      path: "/api/v1/pods",
      query: { fieldSelector: `spec.nodeName=${nodeName}` },
      replace: (objects) => pods.replace(objects),
      apply: ({ type, object }) => (type === "DELETED" ? pods.gone(asPod(object)) : pods.seen(asPod(object))),
    });
  };
  const ready = start();
  const resumed = async () => {
    await ready;
    await Promise.all(pods.all().map((worker) => worker.resumed));
  };
  const checkpoints = () => new Map(pods.all().flatMap((worker) => worker.checkpoints()));
  return { connection, dialer: connection, ready, resumed, checkpoints, dispose: () => stop.abort() };
}

/** The API server may come up after us. */
async function registered(deps: KubeletDeps, name: string): Promise<void> {
  const { maxPods, podCIDR } = deps;
  const facts = { name, ...(maxPods ? { maxPods } : {}), ...(podCIDR ? { podCIDR } : {}) };
  while (!deps.signal.aborted) {
    try {
      await registerNode(deps, facts);
      return;
    } catch (error) {
      deps.logger.warn({ error: String(error) }, "the node could not be registered; trying again");
      await deps.clock.sleep(500, deps.signal);
    }
  }
}

/** The workers of this node's pods, by pod uid. */
class PodTable {
  private readonly workers = new Map<string, PodWorker>();
  private readonly byName = new Map<string, PodWorker>();
  private resume: Checkpoints | undefined;

  constructor(
    readonly deps: WorkerDeps,
    resume: Checkpoints | undefined,
  ) {
    this.resume = resume;
  }

  get({ namespace, name }: { namespace: string; name: string }): PodWorker | undefined {
    return this.byName.get(`${namespace}/${name}`);
  }

  all(): readonly PodWorker[] {
    return [...this.workers.values()];
  }

  replace(objects: readonly KubeObject[]): void {
    const pods = objects.map(asPod);
    const present = new Set(pods.map((pod) => pod.metadata.uid));
    for (const worker of [...this.workers.values()])
      if (!present.has(worker.current().metadata.uid)) this.gone(worker.current());
    // Pods that have an address get it back before new ones may take it.
    const addressed = (pod: Pod) => (pod.status?.podIP ? 0 : 1);
    for (const pod of pods.toSorted((a, b) => addressed(a) - addressed(b))) this.seen(pod);
    this.resume = undefined;
  }

  seen(pod: Pod): void {
    const known = this.workers.get(pod.metadata.uid);
    known?.update(pod);
    const deleting = pod.metadata.deletionTimestamp !== undefined;
    const over = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
    const worker = known ?? (over && !deleting ? undefined : this.admit(pod, !deleting));
    if (worker && deleting) this.finish(worker);
  }

  gone(pod: Pod): void {
    const worker = this.workers.get(pod.metadata.uid);
    if (!worker) return;
    this.workers.delete(pod.metadata.uid);
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
    if (this.byName.get(key) === worker) this.byName.delete(key);
    this.deps.events.forget(pod);
    worker.kill();
  }

  killAll(): void {
    for (const worker of this.workers.values()) worker.kill();
    this.workers.clear();
    this.byName.clear();
  }

  private admit(pod: Pod, run: boolean): PodWorker {
    const worker = new PodWorker(pod, this.deps, this.resume);
    this.workers.set(pod.metadata.uid, worker);
    this.byName.set(`${pod.metadata.namespace}/${pod.metadata.name}`, worker);
    if (run) worker.run().catch((error: unknown) => this.report(error, pod, "a pod could not be run"));
    return worker;
  }

  private finish(worker: PodWorker): void {
    worker.terminate().catch((error: unknown) => {
      if (!isNotFound(error)) this.report(error, worker.current(), "a pod was not deleted");
    });
  }

  private report(error: unknown, pod: Pod, message: string): void {
    const text = error instanceof Error ? error.stack : String(error);
    this.deps.logger.error(
      { error: text, pod: pod.metadata.name, namespace: pod.metadata.namespace },
      message,
    );
  }
}
