import { setMaxListeners } from "node:events";
import { PassThrough, type Readable, type Writable } from "node:stream";
import { type Clock, DisposableStore, type Random } from "../base/index.ts";
import type {
  ContainerContext,
  ContainerFiles,
  ContainerShell,
  ExecIO,
  PodFacts,
  Program,
  RunningProgram,
  Usage,
} from "../container/index.ts";
import type { PodNetwork } from "../network/index.ts";
import { ContainerLog } from "./container-log.ts";
import { commandOf, startFailure, startProgram } from "./container-start.ts";
import { quantityNumber } from "./downward.ts";
import { expand } from "./environment.ts";
import { idleFigures } from "./figures.ts";
import { parseImage } from "./images.ts";
import type { Container, Pod } from "./pod.ts";
import { WorkMeter } from "./work-meter.ts";

export interface InstancePlan {
  readonly facts: PodFacts;
  readonly pod: Pod;
  readonly container: Container;
  readonly program: Program;
  readonly env: Readonly<Record<string, string>>;
  readonly files: ContainerFiles;
  readonly network: PodNetwork;
  readonly shell: ContainerShell | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly checkpoint?: string | undefined;
}

export interface AttachStreams {
  readonly stdin?: Readable;
  readonly stdout: Writable;
  readonly signal: AbortSignal;
}

export interface Exit {
  readonly code: number;
  readonly signal?: number;
  /** Why, when it is not told by the code: OOMKilled, StartError. */
  readonly reason?: string;
  readonly message?: string;
}

const SIGKILL = 9;
const SEGMENTATION_FAULT = 139;

/** One run of a container, from start to exit. */
export class ContainerInstance {
  readonly containerID: string;
  readonly startedAt: number;
  readonly log: ContainerLog;
  readonly exited: Promise<Exit>;
  /** What lives as long as this run: probes. */
  readonly life = new DisposableStore();
  /** Why the runtime could not start it; undefined when it did. */
  readonly startFailure: string | undefined;
  private readonly context: ContainerContext;
  private readonly running: RunningProgram;
  private readonly termination = new AbortController();
  private readonly stdin: PassThrough | undefined;
  private readonly meter: WorkMeter;
  private attachedBefore = false;
  private killed = false;
  private outOfMemory = false;
  private over = false;

  constructor(private readonly plan: InstancePlan) {
    const { clock, random } = plan;
    // A program may have any number of things under way that end with it.
    setMaxListeners(0, this.termination.signal);
    this.log = new ContainerLog(clock);
    this.startedAt = clock.now();
    this.containerID = `meshwork://${Buffer.from(random.bytes(32)).toString("hex")}`;
    this.stdin = plan.container.stdin ? new PassThrough() : undefined;
    this.meter = new WorkMeter(clock);
    this.context = this.makeContext();
    const failure = startFailure(this.context.command[0], plan);
    this.startFailure = failure;
    this.running = failure === undefined ? startProgram(this.context, plan) : neverStarted();
    this.exited = this.running.exited
      .catch((error: unknown) => {
        this.log.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        return SEGMENTATION_FAULT;
      })
      .then((code) => {
        this.over = true;
        this.life.dispose();
        this.log.end();
        if (failure !== undefined) return { code, reason: "StartError", message: failure };
        if (this.outOfMemory) return { code: 128 + SIGKILL, reason: "OOMKilled" };
        return this.killed ? { code: 128 + SIGKILL, signal: SIGKILL } : { code };
      });
  }

  /** See RunningProgram.checkpoint. */
  checkpoint(): string | undefined {
    return this.over ? undefined : this.running.checkpoint?.();
  }

  get alive(): boolean {
    return !this.over;
  }

  /** Runs a command inside. Undefined: there is no such command. */
  exec(io: Omit<ExecIO, "env">): Promise<number> | undefined {
    const { program, shell } = this.plan;
    const { env } = this.context;
    const whole = { ...io, env: { ...env, ...(io.tty ? { TERM: "xterm" } : {}) } };
    return this.running.exec?.(whole) ?? (program.hasShell ? shell?.exec(this.context, whole) : undefined);
  }

  /**
   * Joins a client's terminal to the process. The first client of a process that reads is shown what it has said so far:
   * unlike a real one, ours has spoken before anybody can attach.
   */
  async attach({ stdin, stdout, signal }: AttachStreams): Promise<void> {
    if (this.stdin && !this.attachedBefore) stdout.write(this.log.text());
    this.attachedBefore = true;
    if (this.log.ended) return;
    const own = this.stdin;
    const once = this.plan.container.stdinOnce ?? false;
    if (own && stdin) {
      stdin.pipe(own, { end: false });
      stdin.once("end", () => {
        if (once || !this.plan.container.tty) own.end();
      });
    }
    await new Promise<void>((resolve) => {
      const finish = () => {
        stop();
        stdin?.unpipe();
        signal.removeEventListener("abort", finish);
        if (once) own?.end();
        resolve();
      };
      const stop = this.log.listen((text) => stdout.write(text), finish);
      if (signal.aborted) finish();
      else signal.addEventListener("abort", finish, { once: true });
    });
  }

  /** What it takes now: an estimate from what its program is and has said to have done. */
  usage(): Required<Usage> {
    const { container } = this.plan;
    const idle = idleFigures(parseImage(container.image).repository);
    const own = this.running.usage?.() ?? {};
    const cpu = this.meter.cpuMillis() + (own.cpuMillis ?? idle.cpuMillis);
    const limit = quantityNumber(container.resources?.limits?.cpu);
    const memoryBytes = own.memoryBytes ?? idle.memoryMiB * 2 ** 20;
    return { cpuMillis: limit === undefined ? cpu : Math.min(cpu, limit * 1000), memoryBytes };
  }

  /** SIGTERM, then SIGKILL when the grace period is over. Resolves when the program has exited. */
  async terminate(graceMs: number): Promise<void> {
    this.termination.abort();
    const timer = this.plan.clock.setTimeout(() => this.kill(), graceMs);
    await this.exited;
    timer.dispose();
  }

  kill(): void {
    if (this.over) return;
    this.killed = true;
    this.termination.abort();
    this.stdin?.end();
    this.running.kill();
  }

  private makeContext(): ContainerContext {
    const { facts, pod, container, program, files, network, clock, random, checkpoint } = this.plan;
    const { commands } = program;
    const env = { ...program.env, ...this.plan.env };
    const uid =
      container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? program.uid ?? 0;
    const workingDir = container.workingDir || program.workingDir;
    const memoryLimitBytes = quantityNumber(container.resources?.limits?.memory);
    return {
      pod: facts,
      container: container.name,
      image: container.image,
      command: commandOf(container, program).map((word) => expand(word, env)),
      env,
      uid,
      ...(workingDir ? { workingDir } : {}),
      files,
      network: { ...network, connect: (options) => network.connect({ uid, ...options }) },
      stdout: (text) => this.log.write(text),
      stderr: (text) => this.log.write(text),
      ...(commands ? { own: { commands, exec: (io) => this.running.exec?.(io) } } : {}),
      ...(this.stdin ? { stdin: this.stdin } : {}),
      tty: container.tty ?? false,
      ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
      outOfMemory: () => {
        this.outOfMemory = true;
        this.kill();
      },
      worked: (cpuMs) => this.meter.worked(cpuMs),
      ...(checkpoint === undefined ? {} : { checkpoint }),
      terminate: this.termination.signal,
      clock,
      random,
    };
  }
}

/** The exit code that the runtime reports for what it could not start. */
const START_ERROR = 128;

const neverStarted = (): RunningProgram => ({ exited: Promise.resolve(START_ERROR), kill: () => undefined });
