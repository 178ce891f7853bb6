import type { Clock, Logger, Random } from "../base/index.ts";
import type { Transport } from "../client/transport.ts";
import type { ContainerShell, PodFacts, Program } from "../container/index.ts";
import { type AttachedPod, NODE_IP, type PodNetwork, type PracticeNetwork } from "../network/index.ts";
import { ContainerRunner, type RestartPolicy, type RunnerDeps } from "./container-runner.ts";
import { environment } from "./environment.ts";
import type { PodEvent, PodEvents } from "./events.ts";
import { containerFiles } from "./files.ts";
import { FIRST_MOUNT_RETRY_MS, LAST_MOUNT_RETRY_MS } from "./limits.ts";
import type { ObjectStore } from "./object-store.ts";
import { type Container, type ContainerStatus, isSidecar, type Pod } from "./pod.ts";
import { podStatus, timestamp } from "./status.ts";
import { StatusWriter } from "./status-writer.ts";
import { systemFiles } from "./system-files.ts";
import type { TokenStore } from "./tokens.ts";
import type { ContainerUsage } from "./usage.ts";
import { type Claims, type MountedVolume, mountFailure, mountVolume } from "./volumes.ts";

export interface WorkerDeps {
  readonly transport: Transport;
  readonly network: PracticeNetwork;
  readonly programs: readonly Program[];
  readonly shell: ContainerShell | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly configMaps: ObjectStore;
  readonly secrets: ObjectStore;
  readonly tokens: TokenStore;
  readonly claims: Claims;
  readonly events: PodEvents;
}

/** What programs left behind for runs that go on in their place, by pod and container. */
export type Checkpoints = ReadonlyMap<string, string>;

const checkpointKey = (pod: Pod, container: string) => `${pod.metadata.uid}/${container}`;

type Ending = "running" | "terminating" | "over";

/** The life of one pod on this node, from its binding to its deletion. */
export class PodWorker {
  readonly network: PodNetwork;
  private readonly attached: AttachedPod | undefined;
  private readonly volumes = new Map<string, MountedVolume>();
  private readonly inits: readonly ContainerRunner[];
  private readonly mains: readonly ContainerRunner[];
  /** Added while the pod runs, by `kubectl debug`; they run once and nobody waits for them. */
  private readonly ephemerals: ContainerRunner[] = [];
  private readonly writer: StatusWriter;
  private readonly startTime: string;
  private readonly stopping = new AbortController();
  private initialized: boolean;
  private ending: Ending = "running";
  /** See KubeletDeps.resume: nothing is told of this start as long as the pod does what its status says. */
  private readonly resuming: boolean;

  constructor(
    private pod: Pod,
    private readonly deps: WorkerDeps,
    resume: Checkpoints | undefined,
  ) {
    const { namespace, name } = pod.metadata;
    const { hostNetwork, hostname } = pod.spec;
    const old = pod.status;
    this.attached = hostNetwork
      ? undefined
      : deps.network.attachPod({
          namespace,
          name,
          ...(hostname ? { hostname } : {}),
          ...(old?.podIP ? { ip: old.podIP } : {}),
        });
    this.network = this.attached ?? deps.network.node;
    this.startTime = old?.startTime ?? timestamp(deps.clock.now());
    const policy = pod.spec.restartPolicy ?? "Always";
    const initPolicy = policy === "Never" ? "Never" : "OnFailure";
    this.inits = (pod.spec.initContainers ?? []).map((container) =>
      this.runner(container, isSidecar(container) ? "Always" : initPolicy),
    );
    this.mains = pod.spec.containers.map((container) => this.runner(container, policy));
    this.resuming = resume !== undefined && old?.phase === "Running";
    const statuses = [...(old?.initContainerStatuses ?? []), ...(old?.containerStatuses ?? [])];
    const waiting = { reason: this.inits.length > 0 ? "PodInitializing" : "ContainerCreating" };
    for (const runner of [...this.inits, ...this.mains]) {
      const { name } = runner.container;
      const status = statuses.find((one) => one.name === name);
      if (this.resuming && status) runner.resume(status, resume?.get(checkpointKey(pod, name)));
      else {
        runner.restore(status);
        runner.state = { waiting };
      }
    }
    for (const status of old?.ephemeralContainerStatuses ?? []) this.restoreEphemeral(status);
    this.initialized = this.inits.length === 0 || this.resuming;
    this.writer = new StatusWriter(deps, pod, () => this.status());
    if (this.resuming) this.writer.agreed();
  }

  /** By checkpointKey, what the programs of the pod gave. */
  checkpoints(): readonly (readonly [string, string])[] {
    return this.mains.flatMap(({ container, instance }) => {
      const text = instance?.checkpoint();
      return text === undefined ? [] : [[checkpointKey(this.pod, container.name), text] as const];
    });
  }

  /** Resolves when a pod that runs on does what its status says; at once for others. */
  get resumed(): Promise<unknown> {
    return Promise.all(this.mains.map((runner) => runner.resumed));
  }

  /** The pod's object has changed: labels, annotations, or the wish to see it deleted. */
  update(pod: Pod): void {
    this.pod = pod;
    this.startEphemerals();
  }

  usage(): readonly ContainerUsage[] {
    return [...this.inits, ...this.mains, ...this.ephemerals].flatMap(({ container, instance }) =>
      instance?.alive ? [{ name: container.name, ...instance.usage() }] : [],
    );
  }

  current(): Pod {
    return this.pod;
  }

  find(container: string): ContainerRunner | undefined {
    return [...this.mains, ...this.inits, ...this.ephemerals].find(
      (runner) => runner.container.name === container,
    );
  }

  /** Runs the pod until it is over by itself or told to stop. */
  async run(): Promise<void> {
    this.writer.changed();
    if (!(await this.mount())) return;
    if (await this.runInits()) {
      this.initialized = true;
      this.writer.changed();
      const mains = this.runMains();
      this.startEphemerals();
      await mains;
    }
    if (this.ending === "running") await this.wind();
  }

  /** Graceful termination: containers first, sidecars after them in reverse order; then the pod object goes. */
  async terminate(): Promise<void> {
    if (this.ending === "terminating") return;
    const wasOver = this.ending === "over";
    this.ending = "terminating";
    this.stopping.abort();
    const { spec, metadata } = this.pod;
    const grace = (metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30) * 1000;
    if (!wasOver) await this.stopContainers(grace);
    this.writer.changed();
    await this.writer.flush();
    this.release();
    const { namespace, name, uid } = metadata;
    await this.deps.transport.request({
      method: "DELETE",
      path: `/api/v1/namespaces/${namespace}/pods/${name}`,
      body: { kind: "DeleteOptions", apiVersion: "v1", gracePeriodSeconds: 0, preconditions: { uid } },
    });
  }

  /** The pod's object is gone, or the node stops: everything ends at once. */
  kill(): void {
    this.ending = "terminating";
    this.stopping.abort();
    this.writer.close();
    for (const runner of [...this.inits, ...this.mains, ...this.ephemerals]) runner.kill();
    this.release();
  }

  private runner(container: Container, policy: RestartPolicy): ContainerRunner {
    const { clock, random, logger, programs, shell, network } = this.deps;
    const deps: RunnerDeps = {
      clock,
      random,
      logger,
      programs,
      shell,
      node: network.node,
      network: this.network,
      facts: this.facts(),
      pod: () => this.podWithAddress(),
      files: (wanted) =>
        containerFiles({
          mounts: wanted.volumeMounts ?? [],
          volumes: this.volumes,
          system: systemFiles(this.pod, this.network.ip),
          readOnlyRoot: wanted.securityContext?.readOnlyRootFilesystem ?? false,
        }),
      environment: (wanted) =>
        environment(this.podWithAddress(), wanted, { ...this.deps, services: () => network.allServices() }),
      event: (event) => this.event(event),
      changed: () => this.writer.changed(),
    };
    return new ContainerRunner(container, policy, deps);
  }

  private facts(): PodFacts {
    const { metadata, spec } = this.pod;
    return {
      namespace: metadata.namespace,
      name: metadata.name,
      uid: metadata.uid,
      ip: this.network.ip,
      hostIP: NODE_IP,
      nodeName: spec.nodeName ?? "",
      serviceAccountName: spec.serviceAccountName ?? "default",
      labels: () => this.pod.metadata.labels ?? {},
      annotations: () => this.pod.metadata.annotations ?? {},
    };
  }

  /** The address is known here before the status says so. */
  private podWithAddress(): Pod {
    return { ...this.pod, status: { ...this.pod.status, podIP: this.network.ip } };
  }

  /** False when told to stop before every volume was there. */
  private async mount(): Promise<boolean> {
    const deps = { ...this.deps, pod: () => this.podWithAddress() };
    let wait = FIRST_MOUNT_RETRY_MS;
    for (const volume of this.pod.spec.volumes ?? []) {
      for (;;) {
        const failure = await mountFailure(volume, deps);
        if (this.stopping.signal.aborted) return false;
        if (failure === undefined) break;
        this.event({ type: "Warning", reason: "FailedMount", message: failure });
        await this.waitForSources(wait);
        wait = Math.min(wait * 2, LAST_MOUNT_RETRY_MS);
      }
      this.volumes.set(volume.name, mountVolume(volume, deps));
    }
    return true;
  }

  /** Until a config map or secret changes, the time is up, or the pod is to stop. */
  private async waitForSources(ms: number): Promise<void> {
    const woken = new AbortController();
    const wake = () => woken.abort();
    const watches = [this.deps.configMaps.onChange(wake), this.deps.secrets.onChange(wake)];
    this.stopping.signal.addEventListener("abort", wake, { once: true });
    await this.deps.clock.sleep(ms, woken.signal);
    for (const watch of watches) watch.dispose();
    this.stopping.signal.removeEventListener("abort", wake);
  }

  /** One after the other; false when one has failed for good or the pod is to stop. */
  private async runInits(): Promise<boolean> {
    for (const runner of this.inits) {
      if (this.stopping.signal.aborted) return false;
      const ended = runner.run();
      if (isSidecar(runner.container)) {
        this.watchOver(ended, runner);
        await Promise.race([runner.up, aborted(this.stopping.signal)]);
        continue;
      }
      const exit = await ended;
      if (exit?.code !== 0) return false;
      runner.ready = true;
      this.writer.changed();
    }
    return !this.stopping.signal.aborted;
  }

  /** Started in order, each after the other's postStart hook; then all run side by side. */
  private async runMains(): Promise<void> {
    const runs: Promise<unknown>[] = [];
    for (const runner of this.mains) {
      if (this.stopping.signal.aborted) break;
      const ended = runner.run();
      this.watchOver(ended, runner);
      runs.push(ended);
      await runner.attempted;
    }
    await Promise.allSettled(runs);
  }

  /** All containers have ended by themselves: sidecars end too, and the address is given back. */
  private async wind(): Promise<void> {
    this.ending = "over";
    const grace = (this.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
    await Promise.all(this.ephemerals.map((runner) => runner.stop(grace)));
    await this.stopSidecars(grace);
    this.writer.changed();
    await this.writer.flush();
    this.release();
  }

  private startEphemerals(): void {
    if (!this.initialized || this.ending !== "running") return;
    for (const container of this.pod.spec.ephemeralContainers ?? []) {
      if (this.ephemerals.some((runner) => runner.container.name === container.name)) continue;
      const runner = this.runner(container, "Never");
      this.ephemerals.push(runner);
      this.watchOver(runner.run(), runner);
    }
  }

  /** One from before a restart of the node is over: ephemeral containers are never started again. */
  private restoreEphemeral(status: ContainerStatus): void {
    const container = this.pod.spec.ephemeralContainers?.find(({ name }) => name === status.name);
    if (!container) return;
    const runner = this.runner(container, "Never");
    runner.restore(status);
    runner.state = status.state.terminated ? status.state : runner.lastState;
    this.ephemerals.push(runner);
  }

  private async stopContainers(graceMs: number): Promise<void> {
    const regular = this.inits.filter((runner) => !isSidecar(runner.container));
    await Promise.all([...this.mains, ...regular, ...this.ephemerals].map((runner) => runner.stop(graceMs)));
    await this.stopSidecars(graceMs);
  }

  private async stopSidecars(graceMs: number): Promise<void> {
    for (const runner of [...this.inits].reverse())
      if (isSidecar(runner.container)) await runner.stop(graceMs);
  }

  private watchOver(run: Promise<unknown>, runner: ContainerRunner): void {
    run.catch((error: unknown) => {
      const facts = { error, pod: this.pod.metadata.name, container: runner.container.name };
      this.deps.logger.error(facts, "a container could not be run");
    });
  }

  private release(): void {
    this.attached?.dispose();
    this.deps.tokens.forget(this.pod);
  }

  private status(): object {
    return podStatus(this.pod, {
      now: this.deps.clock.now(),
      startTime: this.startTime,
      podIP: this.network.ip,
      initContainers: this.inits.map((runner) => runner.status()),
      containers: this.mains.map((runner) => runner.status()),
      ephemeralContainers: this.ephemerals.map((runner) => runner.status()),
      initialized: this.initialized,
    });
  }

  private event(event: PodEvent): void {
    this.deps.events.record(this.pod, event);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
