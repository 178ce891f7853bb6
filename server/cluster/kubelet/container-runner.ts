import type { Clock, Disposable, Logger, Random } from "../base/index.ts";
import type { ContainerFiles, ContainerShell, PodFacts, Program } from "../container/index.ts";
import type { PodNetwork } from "../network/index.ts";
import { BackOff, goDuration } from "./back-off.ts";
import { ContainerInstance, type Exit } from "./container-instance.ts";
import type { ContainerLog } from "./container-log.ts";
import { ContainerConfigError } from "./environment.ts";
import type { PodEvent } from "./events.ts";
import { findProgram, fullName, imageID } from "./images.ts";
import { RESUME_MS, RESUME_PROBE_MS } from "./limits.ts";
import { type Container, type ContainerState, type ContainerStatus, describePod, type Pod } from "./pod.ts";
import { startProbe } from "./probe-worker.ts";
import { act, type ProbeTarget } from "./prober.ts";
import { timestamp } from "./status.ts";
import { terminated } from "./terminated.ts";

export interface RunnerDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly programs: readonly Program[];
  readonly shell: ContainerShell | undefined;
  readonly node: PodNetwork;
  readonly network: PodNetwork;
  readonly facts: PodFacts;
  pod(): Pod;
  files(container: Container): ContainerFiles;
  environment(container: Container): Promise<Readonly<Record<string, string>>>;
  event(event: PodEvent): void;
  /** Something the pod's status shows has changed. */
  changed(): void;
}

/** How often a container is started again: the pod's policy for its containers, Always for a sidecar. */
export type RestartPolicy = "Always" | "OnFailure" | "Never";

/** Hooks have no time limit of their own but the grace period; an hour stands for "none". */
const HOOK_TIMEOUT_MS = 3_600_000;

/** Keeps one container of a pod running as its restart policy says, and knows its status. */
export class ContainerRunner {
  state: ContainerState;
  lastState: ContainerState = {};
  restartCount = 0;
  started = false;
  ready = false;
  log: ContainerLog | undefined;
  previousLog: ContainerLog | undefined;
  instance: ContainerInstance | undefined;
  /** The first attempt to start is over, well or badly, its postStart hook included. */
  readonly attempted: Promise<void>;
  /** Started in the sense of status: the startup probe (if any) has passed once. */
  readonly up: Promise<void>;
  private readonly stopping = new AbortController();
  private readonly restart: BackOff;
  /** Resolves when a container that runs on is as ready as its status says, or has turned out not to be. */
  resumed: Promise<void> = Promise.resolve();
  private worn: ContainerStatus | undefined;
  private checkpoint: string | undefined;
  private markResumed: () => void = () => undefined;
  private markAttempted: () => void = () => undefined;
  private markUp: () => void = () => undefined;

  constructor(
    readonly container: Container,
    private readonly policy: RestartPolicy,
    private readonly deps: RunnerDeps,
  ) {
    this.state = { waiting: { reason: "ContainerCreating" } };
    this.restart = new BackOff(deps.clock);
    this.attempted = new Promise((resolve) => {
      this.markAttempted = resolve;
    });
    this.up = new Promise((resolve) => {
      this.markUp = resolve;
    });
  }

  /** Takes over what an earlier run of the node left in the status. */
  restore(old: ContainerStatus | undefined): void {
    if (!old) return;
    const { running, terminated } = old.state;
    this.restartCount = old.restartCount + (running || terminated ? 1 : 0);
    this.lastState = terminated ? { terminated } : old.lastState;
    if (!running) return;
    const facts = { exitCode: 255, reason: "Unknown", startedAt: running.startedAt };
    const finishedAt = timestamp(this.deps.clock.now());
    this.lastState = {
      terminated: { ...facts, finishedAt, ...(old.containerID ? { containerID: old.containerID } : {}) },
    };
  }

  /** Wears the status that a prepared state has of it, until it does something else. Nothing is told of its start. */
  resume(old: ContainerStatus, checkpoint: string | undefined): void {
    this.state = old.state;
    this.lastState = old.lastState;
    this.restartCount = old.restartCount;
    this.started = old.started;
    this.ready = old.ready;
    if (old.state.waiting) return;
    this.worn = old;
    this.checkpoint = checkpoint;
    if (old.state.running && old.ready)
      this.resumed = new Promise((resolve) => {
        this.markResumed = resolve;
      });
  }

  /** Resolves with the last exit when the container will not run again; undefined when stopped before it ran. */
  async run(): Promise<Exit | undefined> {
    let exit: Exit | undefined;
    try {
      for (;;) {
        const instance = await this.startWhenPossible();
        if (!instance) return exit;
        exit = await instance.exited;
        this.recordExit(instance, exit);
        if (this.stopping.signal.aborted || !this.wantsRestart(exit)) return exit;
        await this.waitToRestart(instance);
        if (this.stopping.signal.aborted) return exit;
        this.restartCount += 1;
      }
    } finally {
      this.markAttempted();
      this.markResumed();
    }
  }

  /** Ends the container for good: preStop hook, SIGTERM, and SIGKILL after what is left of the grace period. */
  async stop(graceMs: number): Promise<void> {
    this.stopping.abort();
    this.ready = false;
    await this.endInstance(graceMs, `Stopping container ${this.container.name}`);
  }

  kill(): void {
    this.stopping.abort();
    this.instance?.kill();
  }

  /** The log of the run before the present one; while a restart is awaited, of the last run. */
  previous(): ContainerLog | undefined {
    return this.state.waiting && this.lastState.terminated ? this.log : this.previousLog;
  }

  status(): ContainerStatus {
    const { image, name } = this.container;
    const ran = this.instance !== undefined;
    const { containerID } = this.worn ?? this.instance ?? {};
    return {
      name,
      state: this.state,
      lastState: this.lastState,
      ready: this.ready,
      restartCount: this.restartCount,
      image: ran || this.worn ? fullName(image) : image,
      imageID: ran || this.worn ? imageID(image) : "",
      ...(containerID ? { containerID } : {}),
      started: this.started,
    };
  }

  private async startWhenPossible(): Promise<ContainerInstance | undefined> {
    const program = await this.pull();
    if (!program) return undefined;
    for (;;) {
      try {
        const env = await this.deps.environment(this.container);
        if (this.stopping.signal.aborted) return undefined;
        return await this.start(program, env);
      } catch (error) {
        if (!(error instanceof ContainerConfigError)) throw error;
        this.deps.event(this.about("Warning", "Failed", `Error: ${error.message}`));
        this.wait("CreateContainerConfigError", error.message);
        this.markAttempted();
        // Kubelet tries again with its next pod sync.
        await this.deps.clock.sleep(10_000, this.stopping.signal);
        if (this.stopping.signal.aborted) return undefined;
      }
    }
  }

  /** Every image the practice node knows is there already; any other fails to pull, again and again. */
  private async pull(): Promise<Program | undefined> {
    const { image } = this.container;
    const program = findProgram(this.deps.programs, image);
    if (program) {
      const message = `Container image "${image}" already present on machine and can be accessed by the pod`;
      this.tell(this.about("Normal", "Pulled", message));
      return program;
    }
    const failure = `Failed to pull image "${image}": not available on the practice node`;
    const backOff = new BackOff(this.deps.clock);
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.deps.event(this.about("Normal", "Pulling", `Pulling image "${image}"`));
      this.deps.event(this.about("Warning", "Failed", failure));
      this.deps.event(this.about("Warning", "Failed", "Error: ErrImagePull"));
      this.wait("ErrImagePull", `${failure.slice("Failed to ".length)}`);
      this.markAttempted();
      const ms = backOff.next();
      // The state changes from one to the other with kubelet's next sync.
      await this.deps.clock.sleep(1000, signal);
      if (signal.aborted) break;
      this.deps.event(this.about("Normal", "BackOff", `Back-off pulling image "${image}"`));
      this.deps.event(this.about("Warning", "Failed", "Error: ImagePullBackOff"));
      this.wait(
        "ImagePullBackOff",
        `Back-off pulling image "${image}": ErrImagePull: ${failure.slice("Failed to ".length)}`,
      );
      await this.deps.clock.sleep(ms, signal);
    }
    return undefined;
  }

  private async start(program: Program, env: Readonly<Record<string, string>>): Promise<ContainerInstance> {
    const { container, deps } = this;
    const { facts, network, shell, clock, random } = deps;
    this.tell(this.about("Normal", "Created", "Container created"));
    const files = deps.files(container);
    const plan = { facts, pod: deps.pod(), container, program, env, files, network, shell, clock, random };
    const instance = new ContainerInstance({ ...plan, checkpoint: this.checkpoint });
    this.checkpoint = undefined; // a second start is a start like any other
    this.instance = instance;
    this.previousLog = this.log;
    this.log = instance.log;
    if (instance.startFailure !== undefined) {
      this.deps.event(this.about("Warning", "Failed", `Error: ${instance.startFailure}`));
      this.wait("RunContainerError", instance.startFailure);
      this.markAttempted();
      return instance;
    }
    if (!this.worn) this.state = { running: { startedAt: timestamp(instance.startedAt) } };
    this.tell(this.about("Normal", "Started", "Container started"));
    deps.changed();
    await this.postStart(instance);
    this.markAttempted();
    if (this.worn?.state.running) await this.catchUp(instance);
    else this.probe(instance);
    return instance;
  }

  /** Asks the container that runs on for a while whether it is ready; then everything goes its usual way. */
  private async catchUp(instance: ContainerInstance): Promise<void> {
    const { readinessProbe } = this.container;
    const { clock } = this.deps;
    let wait = RESUME_PROBE_MS;
    const until = clock.monotonic() + RESUME_MS;
    while (this.ready && readinessProbe && instance.alive && clock.monotonic() < until) {
      if ((await act(readinessProbe, this.target(instance), RESUME_MS)).ok) break;
      await clock.sleep(wait, this.stopping.signal);
      wait *= 1.5;
    }
    this.markResumed();
    if (instance.alive) this.nowUp(instance, this.ready);
  }

  private async postStart(instance: ContainerInstance): Promise<void> {
    const hook = this.container.lifecycle?.postStart;
    if (!hook) return;
    const result = await Promise.race([
      act(hook, this.target(instance), HOOK_TIMEOUT_MS),
      instance.exited.then(() => ({ ok: true }) as const),
    ]);
    if (result.ok) return;
    this.deps.event(this.about("Warning", "FailedPostStartHook", `PostStartHook failed: ${result.message}`));
    this.deps.event(this.about("Normal", "Killing", "FailedPostStartHook"));
    instance.kill();
  }

  private probe(instance: ContainerInstance): void {
    const { startupProbe: probe } = this.container;
    if (!instance.alive) return;
    if (!probe) {
      this.nowUp(instance);
      return;
    }
    const onVerdict = (success: boolean) => {
      if (success) this.nowUp(instance);
      else this.failAlive(instance, "startup");
    };
    const onFailure = (message: string) => this.unhealthy("Startup", message);
    instance.life.add(
      startProbe({ kind: "Startup", probe, target: this.target(instance), onVerdict, onFailure }),
    );
  }

  private nowUp(instance: ContainerInstance, ready = false): void {
    const { readinessProbe, livenessProbe } = this.container;
    const target = this.target(instance);
    this.started = true;
    this.ready = (ready || !readinessProbe) && !this.stopping.signal.aborted;
    this.markUp();
    this.deps.changed();
    const watch = (disposable: Disposable) => instance.life.add(disposable);
    if (readinessProbe) {
      const onVerdict = (success: boolean) => {
        this.ready = success && !this.stopping.signal.aborted;
        this.deps.changed();
      };
      const onFailure = (message: string) => this.unhealthy("Readiness", message);
      watch(startProbe({ kind: "Readiness", probe: readinessProbe, target, onVerdict, onFailure }));
    }
    if (livenessProbe) {
      const onVerdict = (success: boolean) => {
        if (!success) this.failAlive(instance, "liveness");
      };
      const onFailure = (message: string) => this.unhealthy("Liveness", message);
      watch(startProbe({ kind: "Liveness", probe: livenessProbe, target, onVerdict, onFailure }));
    }
  }

  private failAlive(instance: ContainerInstance, kind: "startup" | "liveness"): void {
    if (this.stopping.signal.aborted || this.instance !== instance) return;
    const grace = (this.deps.pod().spec.terminationGracePeriodSeconds ?? 30) * 1000;
    const message = `Container ${this.container.name} failed ${kind} probe, will be restarted`;
    this.endInstance(grace, message).catch((error: unknown) =>
      this.deps.logger.error({ error: String(error) }, "a container did not end"),
    );
  }

  private async endInstance(graceMs: number, message: string): Promise<void> {
    const { instance, container, deps } = this;
    if (!instance?.alive) return;
    deps.event(this.about("Normal", "Killing", message));
    deps.changed();
    const startedAt = deps.clock.monotonic();
    const hook = container.lifecycle?.preStop;
    if (hook) {
      const result = await Promise.race([
        act(hook, this.target(instance), Math.max(1, graceMs)),
        instance.exited.then(() => ({ ok: true }) as const),
      ]);
      if (!result.ok)
        deps.event(this.about("Warning", "FailedPreStopHook", `PreStopHook failed: ${result.message}`));
    }
    // Upstream leaves at least two seconds after a hook that used up the grace period.
    const left = Math.max(graceMs - (deps.clock.monotonic() - startedAt), Math.min(graceMs, 2000));
    await instance.terminate(left);
  }

  private recordExit(instance: ContainerInstance, exit: Exit): void {
    if (this.worn?.state.terminated?.exitCode === exit.code) return; // as it ended before
    this.worn = undefined;
    this.started = false;
    this.ready = false;
    this.state = { terminated: terminated(instance, exit, this.deps.clock.now()) };
    this.deps.changed();
  }

  private wantsRestart({ code }: Exit): boolean {
    return this.policy === "Always" || (this.policy === "OnFailure" && code !== 0);
  }

  private async waitToRestart(instance: ContainerInstance): Promise<void> {
    const { clock } = this.deps;
    this.lastState = this.state;
    const ms = this.restart.afterRun(clock.now() - instance.startedAt);
    if (ms === 0) return;
    const pod = describePod(this.deps.pod());
    const { name } = this.container;
    this.deps.event(
      this.about("Warning", "BackOff", `Back-off restarting failed container ${name} in pod ${pod}`),
    );
    this.wait(
      "CrashLoopBackOff",
      `back-off ${goDuration(ms)} restarting failed container=${name} pod=${pod}`,
    );
    await clock.sleep(ms, this.stopping.signal);
  }

  private wait(reason: string, message: string): void {
    this.state = { waiting: { reason, message } };
    this.deps.changed();
  }

  private unhealthy(kind: "Startup" | "Readiness" | "Liveness", message: string): void {
    this.deps.event(this.about("Warning", "Unhealthy", `${kind} probe failed: ${message}`));
  }

  private target(instance: ContainerInstance): ProbeTarget {
    const { node, clock, network } = this.deps;
    return { instance, container: this.container, podIP: network.ip, node, clock };
  }

  private tell(event: PodEvent): void {
    if (!this.worn) this.deps.event(event);
  }

  private about(type: PodEvent["type"], reason: string, message: string): PodEvent {
    return { type, reason, message, container: this.container.name };
  }
}
