import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PracticeCluster } from "../cluster/index.ts";
import { processEnv } from "../process-env.ts";
import { bundlePrograms } from "./bundles.ts";
import { layToolbox } from "./lab-bench.ts";

/** A learner's shell with the tools of the workspace; beside a practice cluster without Istio, if one is wanted. */
export interface InstallBench {
  readonly folder: string;
  /** A bash command as the learner would type it, and what it said. `input` is what is typed while it runs. */
  run(command: string, input?: string): Promise<Said>;
  close(): Promise<void>;
}

export interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function openInstallBench(
  { cluster: wanted }: { readonly cluster: boolean } = { cluster: true },
): Promise<InstallBench> {
  const home = mkdtempSync(path.join(tmpdir(), "mw-install-"));
  const folder = path.join(home, "workshop");
  mkdirSync(folder);
  const programs = await bundlePrograms({
    ...(wanted && { cluster: "server/cluster/main.ts" }),
    "toolbox/istioctl": "server/toolbox/istioctl/main.ts",
    "toolbox/jq": "server/toolbox/jq/main.ts",
    "toolbox/download-istio": "server/toolbox/download-istio/main.ts",
  });
  // Beside the program, where it looks for the schemas of the built-in kinds.
  const schemas = path.join(import.meta.dirname, "../../cluster/apis/generated/openapi.json");
  copyFileSync(schemas, path.join(programs.folder, "openapi.json"));
  const toolbox = path.join(programs.folder, "toolbox");
  await layToolbox(toolbox);
  const cluster = wanted && (await startCluster(home, [process.execPath, programs.file("cluster")]));
  const env = {
    HOME: home,
    LANG: "C.UTF-8",
    KUBECONFIG: path.join(home, "kubeconfig"),
    PATH: `${path.join(toolbox, "bin")}:${process.env.PATH ?? ""}`,
    ISTIO_VERSION: "1.21.6",
    MESHWORK_TOOLBOX: toolbox,
    MESHWORK_NODE: process.execPath,
  };
  return {
    folder,
    run: (command, input) => run(command, { cwd: folder, env, input }),
    async close() {
      if (cluster) await cluster.stop();
      programs.dispose();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function startCluster(home: string, command: readonly string[]): Promise<PracticeCluster> {
  const inHome = (name: string) => path.join(home, name);
  const outcome: { settle(error?: Error): void } = { settle: () => undefined };
  const ready = new Promise<void>((resolve, reject) => {
    outcome.settle = (error) => (error ? reject(error) : resolve());
  });
  const cluster = new PracticeCluster(
    {
      command,
      stateDir: inHome("state"),
      kubeconfig: inHome("kubeconfig"),
      addonsDir: inHome("addons"),
      istioVersion: "1.21.6",
      istioProfile: undefined,
      logFile: inHome("cluster.log"),
      pidFile: inHome("cluster.pid"),
    },
    {
      phase: (phase) => {
        if (phase.phase === "recovering" || phase.phase === "failed") outcome.settle(new Error(phase.detail));
      },
      ready: () => outcome.settle(),
    },
  );
  cluster.start();
  await ready;
  return cluster;
}

interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input: string | undefined;
}

function run(command: string, { cwd, env, input }: RunOptions): Promise<Said> {
  const child = spawn("bash", ["--noprofile", "--norc", "-c", command], { cwd, env: processEnv(env) });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
    });
  child.stdin.on("error", () => undefined); // a command that reads nothing has gone already
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ exitCode: code ?? -1, ...text }));
  });
}
