import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type LabBench, openBench } from "../lab-tool/index.ts";
import { bundlePrograms } from "./bundles.ts";

export type { LabBench } from "../lab-tool/index.ts";

/** The cluster's programs and a learner's tools, as this checkout's sources make them. */
export interface BenchPrograms {
  readonly clusterCommand: readonly string[];
  readonly toolboxBin: string;
  dispose(): void;
}

export async function buildBenchPrograms(): Promise<BenchPrograms> {
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
  return {
    clusterCommand: [process.execPath, programs.file("cluster")],
    toolboxBin: await toolbox(programs.folder, programs.file),
    dispose: programs.dispose,
  };
}

/** Builds the cluster's programs and starts a cluster with Istio's demo profile; the workshop's files are laid out. */
export async function openLabBench(filesDir: string): Promise<LabBench> {
  const programs = await buildBenchPrograms();
  const bench = await openBench({ filesDir, ...programs, istioVersion: "1.21.6", istioProfile: "demo" });
  return {
    ...bench,
    async close() {
      await bench.close();
      programs.dispose();
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
