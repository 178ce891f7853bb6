import { existsSync } from "node:fs";
import { constants, setPriority } from "node:os";
import path from "node:path";
import { loadLab } from "../../platform/labs/index.ts";
import { makeSnapshot, type SnapshotMaker, type SnapshotSource } from "../snapshots/index.ts";
import { openBench } from "./bench.ts";
import { prepareBench } from "./prepare-bench.ts";

export interface SnapshotOptions {
  readonly contentDir: string;
  readonly labs: readonly string[];
  readonly istioVersion: string;
  readonly clusterCommand: readonly string[];
  readonly toolboxBin: string;
  /** Where workspaces look for them. */
  readonly out: string;
  readonly say: (line: string) => void;
  /** Ends the one that is being made, its cluster too, and begins no other. */
  readonly signal: AbortSignal;
}

/** Makes the prepared start of each lab that has none, one after the other, out of the way of whoever is learning. */
export async function makeSnapshots(options: SnapshotOptions): Promise<{ readonly failed: number }> {
  setPriority(constants.priority.PRIORITY_LOW); // what is started from here inherits it
  let failed = 0;
  for (const lab of options.labs) {
    if (options.signal.aborted) break;
    const { contentDir, istioVersion, clusterCommand, out, say } = options;
    const definition = await loadLab(lab, { contentDir, istioVersion });
    if (!definition) throw new Error(`there is no lab ${lab}`);
    const source: SnapshotSource = {
      ...{ lab, istioVersion, preparation: definition.prepare, filesDir: definition.filesDir },
      clusterProgram: clusterCommand.at(-1) ?? "",
    };
    const begun = performance.now();
    const outcome = await makeSnapshot(out, source, makerOf(options)).catch((error: unknown) => {
      failed += 1;
      return error instanceof Error ? error.message : String(error);
    });
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    say(`${lab} (Istio ${istioVersion}): ${outcome === "made" ? `made in ${seconds} s` : outcome}`);
  }
  return { failed };
}

const makerOf = ({ clusterCommand, toolboxBin, signal }: SnapshotOptions): SnapshotMaker => ({
  async prepare({ filesDir, istioVersion, preparation }, packOut) {
    const bench = await openBench({
      ...{ filesDir, istioVersion, clusterCommand, toolboxBin, packOut },
      istioProfile: preparation.istioProfile,
    });
    const work = async () => {
      const problem = await prepareBench(preparation, { bench, istioVersion });
      if (problem !== undefined) throw new Error(problem);
      const waited = await bench.run(EVERYTHING_RUNS);
      if (waited.exitCode !== 0) throw new Error(`not everything runs: ${waited.output.trim()}`);
      await bench.endCluster();
      if (!existsSync(path.join(packOut, "taken-at")))
        throw new Error("the practice cluster left no state behind");
    };
    try {
      await Promise.race([work(), abortOf(signal)]);
    } catch (error) {
      await bench.close();
      throw error;
    }
    return { folder: bench.folder, dispose: () => void bench.close() };
  },
});

/** Rejects when the signal says so; what was under way then loses its cluster and fails by itself. */
function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = () => reject(new Error("ended before it was done"));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}

/** A start with something still on its way would not be the same each time. */
const EVERYTHING_RUNS = "kubectl wait pods --all -A --for=condition=Ready --timeout=60s";
