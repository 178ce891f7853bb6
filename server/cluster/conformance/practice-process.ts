// The practice cluster as a learner has it: bundled, in a process of its own, known by its kubeconfig alone.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

export interface ClusterBundle {
  readonly program: string;
  dispose(): void;
}

/** Bundles the program as the build does. It lies inside the project, where its packages are found. */
export async function bundleCluster(): Promise<ClusterBundle> {
  const cache = join(ROOT, ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "conformance-"));
  const program = join(folder, "cluster.mjs");
  await build({
    entryPoints: [join(ROOT, "server/cluster/main.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "error",
    absWorkingDir: ROOT,
  });
  copyFileSync(join(ROOT, "server/cluster/apis/generated/openapi.json"), join(folder, "openapi.json"));
  return { program, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface ClusterFolder {
  readonly stateDir: string;
  readonly kubeconfig: string;
  readonly home: string;
  dispose(): void;
}

/** Where one cluster keeps its state over restarts. */
export function clusterFolder(): ClusterFolder {
  const home = mkdtempSync(join(tmpdir(), "conformance-"));
  return {
    home,
    stateDir: join(home, "state"),
    kubeconfig: join(home, "kubeconfig"),
    dispose: () => rmSync(home, { recursive: true, force: true }),
  };
}

export interface RunningCluster {
  readonly child: ChildProcess;
  /** Ends the process and waits until it is gone. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** Resolves when the program has said that it is ready. */
export async function startCluster(
  { program }: ClusterBundle,
  { stateDir, kubeconfig }: ClusterFolder,
): Promise<RunningCluster> {
  const child = spawn(
    process.execPath,
    ["--enable-source-maps", program, "--state-dir", stateDir, "--kubeconfig-out", kubeconfig],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const ready = once(lines, "line").then(([line]) => String(line));
  const line = await Promise.race([ready, ended.then(([code]) => `ended with ${code}`)]);
  if (!line.startsWith('{"ready":true')) throw new Error(`the practice cluster did not start: ${line}`);
  return {
    child,
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}
