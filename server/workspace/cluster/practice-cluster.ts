import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { leanMemory } from "../lean.ts";
import {
  CLUSTER_READY_MS,
  CLUSTER_RESTART_MS,
  CLUSTER_SETTLED_MS,
  PACK_GRACE_MS,
  STOP_GRACE_MS,
} from "../limits.ts";
import { isAlive } from "../lock.ts";
import type { ClusterPhase } from "../status.ts";

/** The one line that the cluster's program prints when everything answers. */
const readyLine = z.object({
  ready: z.literal(true),
  pid: z.number().int(),
  apiServer: z.string(),
  kubeconfig: z.string(),
  gateway: z.object({ ip: z.string(), ports: z.record(z.string(), z.number().int()) }),
  istioVersion: z.string(),
  /** It began with the prepared state that it was given. */
  restored: z.boolean().default(false),
});
export type ClusterReady = z.infer<typeof readyLine>;

export interface PracticeClusterOptions {
  /** Program and arguments, e.g. ["node", "dist/cluster.mjs"]. */
  readonly command: readonly string[];
  readonly stateDir: string;
  /** A prepared state to begin with, where there is none yet. */
  readonly restore?: string | undefined;
  /** Left behind at the end: a prepared state for others. */
  readonly packOut?: string | undefined;
  readonly kubeconfig: string;
  /** Where the cluster writes the manifests of the telemetry add-ons. */
  readonly addonsDir: string;
  readonly istioVersion: string;
  readonly istioProfile: string | undefined;
  /** Where real sockets find the cluster; absent: as the program has it. */
  readonly edges?: "loopback" | "addresses" | undefined;
  readonly logFile: string;
  /** Holds the program's pid: a new host waits for the cluster of one that was killed, see endOrphan. */
  readonly pidFile: string;
}

export interface PracticeClusterEvents {
  phase(phase: ClusterPhase): void;
  ready(ready: ClusterReady): void;
}

/** Runs the practice cluster's program, and runs it again with growing pauses whenever it ends. */
export class PracticeCluster {
  private child: ChildProcess | undefined;
  private stopped = false;
  private attempt = 0;
  private lives = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: PracticeClusterOptions,
    private readonly events: PracticeClusterEvents,
  ) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    endOrphan(this.options);
    this.launch();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    child.kill("SIGTERM");
    const grace = this.options.packOut ? PACK_GRACE_MS : STOP_GRACE_MS;
    const hard = setTimeout(() => child.kill("SIGKILL"), grace);
    await ended;
    clearTimeout(hard);
  }

  private launch(): void {
    if (this.stopped) return;
    const { command, addonsDir, stateDir, kubeconfig, istioVersion, istioProfile, edges, logFile, pidFile } =
      this.options;
    const { restore, packOut } = this.options;
    const [program, ...rest] = command;
    const args = [
      ...rest,
      ...["--state-dir", stateDir, "--kubeconfig-out", kubeconfig, "--istio-version", istioVersion],
      ...["--addons-out", addonsDir, "--parent-watch"],
      ...(edges ? ["--edges", edges] : []),
      ...(istioProfile ? ["--istio-profile", istioProfile] : []),
      ...(restore ? ["--restore", restore] : []),
      ...(packOut ? ["--pack-out", packOut] : []),
    ];
    const again = this.lives++ > 0;
    this.events.phase({
      phase: again ? "recovering" : "starting",
      detail: again
        ? "The practice cluster stopped and is being started again with everything it held."
        : `Starting the practice cluster${istioProfile ? ` with Istio ${istioVersion}` : ""} …`,
    });
    const log = openSync(logFile, "a", 0o600);
    const child = spawn(program ?? process.execPath, args, {
      // Nothing is ever written to its input: that ends with this process, however this process ends, and the cluster with it.
      stdio: ["pipe", "pipe", log],
      cwd: path.dirname(logFile),
      env: { ...process.env, ...leanMemory },
    });
    closeSync(log);
    this.child = child;
    let readyAt: number | undefined;
    const late = setTimeout(() => child.kill("SIGKILL"), CLUSTER_READY_MS);
    if (child.pid !== undefined) writeFileSync(pidFile, String(child.pid), { mode: 0o600 });
    if (child.stdout) {
      createInterface({ input: child.stdout }).on("line", (line) => {
        const ready = parseReady(line);
        if (!ready) return;
        clearTimeout(late);
        readyAt = performance.now();
        this.events.ready(ready);
      });
    }
    const ended = (why: string) => {
      clearTimeout(late);
      child.removeAllListeners("close");
      if (this.child === child) this.child = undefined;
      this.schedule(readyAt, why);
    };
    child.once("error", (error) => ended(error.message));
    child.once("close", (code, signal) => ended(`exit ${code ?? signal}`));
  }

  private schedule(readyAt: number | undefined, why: string): void {
    if (this.stopped) return;
    if (readyAt !== undefined && performance.now() - readyAt > CLUSTER_SETTLED_MS) this.attempt = 0;
    const last = CLUSTER_RESTART_MS.length - 1;
    const wait = CLUSTER_RESTART_MS[Math.min(this.attempt, last)] ?? 0;
    this.attempt++;
    const hopeless = this.attempt > last && readyAt === undefined;
    const detail = hopeless
      ? `The practice cluster does not start (${why}); trying again every ${wait / 1000} s. Its log: ${this.options.logFile}`
      : "The practice cluster stopped and is being started again with everything it held.";
    this.events.phase({ phase: hopeless ? "failed" : "recovering", detail });
    this.timer = setTimeout(() => this.launch(), wait);
  }
}

function parseReady(line: string): ClusterReady | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return readyLine.parse(JSON.parse(line));
  } catch {
    return undefined; // some other line of JSON
  }
}

/**
 * The cluster of a host that was killed ends by itself when its input does; but two on one state folder would tear it,
 * so here it ends for certain.
 */
function endOrphan({ pidFile, stateDir }: PracticeClusterOptions): void {
  try {
    const pid = Number(readFileSync(pidFile, "utf8"));
    const ours = () => isAlive(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(stateDir);
    if (!Number.isInteger(pid) || pid <= 1 || !ours()) return;
    process.kill(pid, "SIGKILL");
    const waitUntil = performance.now() + STOP_GRACE_MS;
    while (ours() && performance.now() < waitUntil)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  } catch (error) {
    const gone =
      error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH");
    if (!gone) throw error;
  } finally {
    rmSync(pidFile, { force: true });
  }
}
