import { copyFileSync, mkdirSync, symlinkSync } from "node:fs";
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
    "toolbox/download-istio": "server/toolbox/download-istio/main.ts",
  });
  // Beside the program, where it looks for the schemas of the built-in kinds.
  copyFileSync(
    path.join(import.meta.dirname, "../../cluster/apis/generated/openapi.json"),
    path.join(programs.folder, "openapi.json"),
  );
  return {
    clusterCommand: [process.execPath, programs.file("cluster")],
    toolboxBin: await layToolbox(path.join(programs.folder, "toolbox")),
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

interface ToolboxScripts {
  launcher(bin: string, name: string): Promise<void>;
  downloads(toolbox: string): Promise<void>;
}

/** As the build lays the learner's tools out. */
export async function layToolbox(toolbox: string): Promise<string> {
  const scripts = new URL("../../../scripts/lib/", import.meta.url);
  const { unpackKubectl }: { unpackKubectl(minor?: number): Promise<string> } = await import(
    new URL("kubectl.mjs", scripts).href
  );
  const { launcher, downloads }: ToolboxScripts = await import(new URL("toolbox.mjs", scripts).href);
  const bin = path.join(toolbox, "bin");
  mkdirSync(bin);
  symlinkSync(await unpackKubectl(), path.join(bin, "kubectl"));
  await launcher(bin, "istioctl");
  // Our jq even where the host has one: a machine without it has to prove the same.
  await launcher(bin, "jq");
  await downloads(toolbox);
  return bin;
}
