import { spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PracticeCluster } from "../cluster/index.ts";
import { processEnv } from "../process-env.ts";
import { bundlePrograms } from "./bundles.ts";

/** A learner's place at a practice cluster, without host, pty and web: where labs are proved. */
export interface LabBench {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly env: Readonly<Record<string, string>>;
  /** A bash command as the learner would type it; what both streams said, in the order it came. */
  run(command: string): Promise<{ readonly exitCode: number; readonly output: string }>;
  close(): Promise<void>;
}

/** Builds the cluster's programs and starts a cluster with Istio's demo profile; the workshop's files are laid out. */
export async function openLabBench(filesDir: string): Promise<LabBench> {
  const home = mkdtempSync(path.join(tmpdir(), "mw-bench-"));
  const folder = path.join(home, "workshop");
  cpSync(filesDir, folder, { recursive: true });
  const programs = await bundlePrograms({
    cluster: "server/cluster/main.ts",
    "toolbox/istioctl": "server/toolbox/istioctl/main.ts",
    "toolbox/jq": "server/toolbox/jq/main.ts",
  });
  // Beside the program, where it looks for the schemas of the built-in kinds.
  copyFileSync(
    path.join(import.meta.dirname, "../../cluster/apis/generated/openapi.json"),
    path.join(programs.folder, "openapi.json"),
  );
  const bin = await toolbox(programs.folder, programs.file);
  const kubeconfig = path.join(home, "kubeconfig");
  const { cluster, gateway } = await startCluster(home, kubeconfig, programs.file("cluster"));
  const env = {
    HOME: home,
    LANG: "C.UTF-8",
    KUBECONFIG: kubeconfig,
    PATH: `${bin}:${process.env.PATH ?? ""}`,
    MESHWORK_ADDONS: path.join(home, "addons"),
    GATEWAY_IP: gateway.ip,
    INGRESS_PORT: String(gateway.ports[80]),
    SECURE_INGRESS_PORT: String(gateway.ports[443]),
  };
  const groups: number[] = [];
  return {
    ...{ folder, kubeconfig, env },
    run: (command) => run(command, { cwd: folder, env, groups }),
    async close() {
      endGroups(groups);
      await cluster.stop();
      programs.dispose();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function toolbox(folder: string, file: (name: string) => string): Promise<string> {
  const { unpackKubectl }: { unpackKubectl(minor?: number): Promise<string> } = await import(
    new URL("../../../scripts/lib/kubectl.mjs", import.meta.url).href
  );
  const bin = path.join(folder, "bin");
  mkdirSync(bin);
  symlinkSync(await unpackKubectl(), path.join(bin, "kubectl"));
  // Our jq even where the host has one: a machine without it has to prove the same.
  for (const name of ["istioctl", "jq"]) {
    const script = `#!/bin/sh\nexec "${process.execPath}" "${file(`toolbox/${name}`)}" "$@"\n`;
    writeFileSync(path.join(bin, name), script, { mode: 0o755 });
  }
  return bin;
}

async function startCluster(home: string, kubeconfig: string, program: string) {
  let cluster: PracticeCluster | undefined;
  const gateway = await new Promise<{ ip: string; ports: Readonly<Record<string, number>> }>(
    (resolve, reject) => {
      cluster = new PracticeCluster(
        {
          command: [process.execPath, program],
          stateDir: path.join(home, "state"),
          kubeconfig,
          addonsDir: path.join(home, "addons"),
          istioVersion: "1.21.6",
          istioProfile: "demo",
          logFile: path.join(home, "cluster.log"),
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
  );
  if (!cluster) throw new Error("the practice cluster was not started");
  return { cluster, gateway };
}

interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Process groups that a command may have left work in. */
  readonly groups: number[];
}

function run(command: string, { cwd, env, groups }: RunOptions) {
  const child = spawn("bash", ["--noprofile", "--norc", "-c", command], {
    ...{ cwd, env: processEnv(env), detached: true },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.pid !== undefined) groups.push(child.pid);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      output += text;
    });
  }
  return new Promise<{ exitCode: number; output: string }>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ exitCode: code ?? -1, output }));
  });
}

function endGroups(groups: readonly number[]): void {
  for (const group of groups)
    try {
      process.kill(-group, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error; // ended by itself
    }
}
