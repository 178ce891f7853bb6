import { setMaxListeners } from "node:events";
import { type Clock, DisposableStore, type Random } from "../base/index.ts";
import type {
  ContainerContext,
  ContainerFiles,
  ContainerShell,
  ExecIO,
  PodFacts,
  Program,
  RunningProgram,
} from "../container/index.ts";
import type { PodNetwork } from "../network/index.ts";
import { ContainerLog } from "./container-log.ts";
import { expand } from "./environment.ts";
import type { Container, Pod } from "./pod.ts";

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
}

/** As Docker: a command of the pod's replaces entry point and CMD, arguments alone replace CMD. */
function commandOf({ command, args }: Container, { entrypoint, cmd = [] }: Program): readonly string[] {
  if (command && command.length > 0) return [...command, ...(args ?? [])];
  return [...entrypoint, ...(args && args.length > 0 ? args : cmd)];
}

export interface Exit {
  readonly code: number;
  readonly signal?: number;
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
  private readonly context: ContainerContext;
  private readonly running: RunningProgram;
  private readonly termination = new AbortController();
  private killed = false;
  private over = false;

  constructor(private readonly plan: InstancePlan) {
    const { clock, random } = plan;
    // A program may have any number of things under way that end with it.
    setMaxListeners(0, this.termination.signal);
    this.log = new ContainerLog(clock);
    this.startedAt = clock.now();
    this.containerID = `meshwork://${Buffer.from(random.bytes(32)).toString("hex")}`;
    this.context = this.makeContext();
    this.running = plan.program.start(this.context);
    this.exited = this.running.exited
      .catch((error: unknown) => {
        this.log.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        return SEGMENTATION_FAULT;
      })
      .then((code) => {
        this.over = true;
        this.life.dispose();
        this.log.end();
        return this.killed ? { code: 128 + SIGKILL, signal: SIGKILL } : { code };
      });
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
    this.running.kill();
  }

  private makeContext(): ContainerContext {
    const { facts, pod, container, program, files, network, clock, random } = this.plan;
    const env = { ...program.env, ...this.plan.env };
    const uid =
      container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? program.uid ?? 0;
    const workingDir = container.workingDir || program.workingDir;
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
      terminate: this.termination.signal,
      clock,
      random,
    };
  }
}
