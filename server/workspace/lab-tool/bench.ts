import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PracticeCluster } from "../cluster/index.ts";
import { processEnv } from "../process-env.ts";
import { limits } from "./limits.ts";

/** A learner's place at a practice cluster, without host, pty and web: where labs are proved. */
export interface LabBench {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly env: Readonly<Record<string, string>>;
  /** A bash command as the learner would type it; what both streams said, in the order it came. */
  run(command: string, how?: RunHow): Promise<Ran>;
  /** Ends the cluster; the folder stays. */
  endCluster(): Promise<void>;
  close(): Promise<void>;
}

export interface Ran {
  readonly exitCode: number;
  readonly output: string;
}

export interface RunHow {
  /** The command goes on by itself: it gets Ctrl-C as soon as this says so of what it has printed and how long it ran. */
  readonly interruptWhen?: (output: string, ms: number) => boolean;
}

export interface BenchOptions {
  /** Laid out as the learner's workshop folder. */
  readonly filesDir: string;
  /** The practice cluster's program with its arguments. */
  readonly clusterCommand: readonly string[];
  readonly toolboxBin: string;
  readonly istioVersion: string;
  readonly istioProfile: string | undefined;
  /** The cluster leaves its state here when it ends. */
  readonly packOut?: string;
  /** The cluster begins with this state. */
  readonly restore?: string;
}

/** There is no cluster to prove a lab on; the message holds the end of its log. */
export class BenchError extends Error {}

export async function openBench(options: BenchOptions): Promise<LabBench> {
  const { home, folder } = layOut(options.filesDir);
  const kubeconfig = path.join(home, "kubeconfig");
  const { cluster, gateway } = await startCluster(home, kubeconfig, options);
  const env = {
    ...benchVariables(home, options),
    KUBECONFIG: kubeconfig,
    PATH: `${options.toolboxBin}:${process.env.PATH ?? ""}`,
    MESHWORK_ADDONS: path.join(home, "addons"),
    ...gatewayVariables(gateway),
  };
  const groups: number[] = [];
  return {
    ...{ folder, kubeconfig, env },
    run: (command, how = {}) => run(command, { cwd: folder, env, groups, ...how }),
    async endCluster() {
      endGroups(groups);
      await cluster.stop();
    },
    async close() {
      endGroups(groups);
      await cluster.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export function layOut(filesDir: string): { readonly home: string; readonly folder: string } {
  const home = mkdtempSync(path.join(tmpdir(), "mw-bench-"));
  const folder = path.join(home, "istio-workshops", "workshop");
  // A workshop may have no files: its folder is there all the same.
  mkdirSync(folder, { recursive: true });
  if (existsSync(filesDir)) cpSync(filesDir, folder, { recursive: true });
  return { home, folder };
}

/** What a learner's shell knows of this machine. */
export const benchVariables = (
  home: string,
  { istioVersion, toolboxBin }: Pick<BenchOptions, "istioVersion" | "toolboxBin">,
) => ({
  HOME: home,
  LANG: "C.UTF-8",
  ISTIO_VERSION: istioVersion,
  MESHWORK_TOOLBOX: path.dirname(toolboxBin),
  MESHWORK_NODE: process.execPath,
});

export const gatewayVariables = ({ ip, ports }: { ip: string; ports: Readonly<Record<string, number>> }) => ({
  GATEWAY_IP: ip,
  INGRESS_PORT: String(ports["80"]),
  SECURE_INGRESS_PORT: String(ports["443"]),
});

/** A cluster that does not start is not tried again here: its log says why. */
async function startCluster(home: string, kubeconfig: string, options: BenchOptions) {
  let cluster: PracticeCluster | undefined;
  const logFile = path.join(home, "cluster.log");
  const gateway = await new Promise<{ ip: string; ports: Readonly<Record<string, number>> }>(
    (resolve, reject) => {
      cluster = new PracticeCluster(
        {
          command: options.clusterCommand,
          stateDir: path.join(home, "state"),
          kubeconfig,
          addonsDir: path.join(home, "addons"),
          istioVersion: options.istioVersion,
          istioProfile: options.istioProfile,
          packOut: options.packOut,
          restore: options.restore,
          logFile,
          pidFile: path.join(home, "cluster.pid"),
        },
        {
          phase: (phase) => {
            if (phase.phase === "recovering" || phase.phase === "failed") reject(new Error(phase.detail));
          },
          ready: (ready) => resolve(ready.gateway),
        },
      );
      cluster.start();
    },
  ).catch(async (error: unknown) => {
    const log = readFileSync(logFile, "utf8").slice(-limits.shownChars);
    await cluster?.stop();
    rmSync(home, { recursive: true, force: true });
    throw new BenchError(`the practice cluster did not start: ${log}`, { cause: error });
  });
  if (!cluster) throw new Error("the practice cluster was not started");
  return { cluster, gateway };
}

interface RunOptions extends RunHow {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Process groups that a command may have left work in. */
  readonly groups: number[];
}

export function run(command: string, { cwd, env, groups, interruptWhen }: RunOptions): Promise<Ran> {
  // Without job control, bash makes background jobs deaf to SIGINT: Ctrl-C ends what a learner looks at, as at a prompt.
  const child = spawn("bash", ["--noprofile", "--norc", "-c", command], {
    ...{ cwd, env: processEnv(env), detached: true },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid !== undefined) groups.push(pid);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      output = (output + text).slice(-limits.outputChars);
    });
  }
  const signalGroup = (signal: NodeJS.Signals) => {
    if (pid !== undefined) endGroups([pid], signal);
  };
  const started = performance.now();
  const interrupt = setInterval(() => {
    if (!interruptWhen?.(output, performance.now() - started)) return;
    clearInterval(interrupt);
    signalGroup("SIGINT");
  }, limits.againMs);
  const late = setTimeout(() => signalGroup("SIGKILL"), limits.commandMs);
  return new Promise((resolve, reject) => {
    const done = (code: number | null) => {
      clearInterval(interrupt);
      clearTimeout(late);
      resolve({ exitCode: code ?? -1, output });
    };
    child.once("error", reject);
    child.once("close", done);
    // A background job may hold our pipes for as long as it likes: what bash itself said has come by then.
    child.once("exit", (code) => void sleep(limits.lastWordsMs).then(() => done(code)));
  });
}

export function endGroups(groups: readonly number[], signal: NodeJS.Signals = "SIGKILL"): void {
  for (const group of groups)
    try {
      process.kill(-group, signal);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error; // ended by itself
    }
}
