import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listLabs, loadLab, loadLabProof } from "../platform/labs/index.ts";
import { openBench, proveLab } from "./lab-tool/index.ts";
import { type BenchPrograms, buildBenchPrograms } from "./testing/lab-bench.ts";

// Every lab is true: what `meshwork lab test` proves, each on a practice cluster of its own.

const contentDir = fileURLToPath(new URL("../../content", import.meta.url));
const istioVersion = "1.21.6";
const labs = await listLabs({ contentDir });

describe(`the labs on Istio ${istioVersion}`, () => {
  let programs: BenchPrograms;
  beforeAll(async () => {
    programs = await buildBenchPrograms();
  }, 60_000);
  afterAll(() => programs?.dispose());

  it.each(labs.map(({ id }) => id))(
    "%s fails before, prints what it says, passes after, and notices what is broken",
    async (id) => {
      const definition = await loadLab(id, { contentDir, istioVersion });
      const proof = await loadLabProof(id, { contentDir, istioVersion });
      if (!definition || !proof) throw new Error(`there is no lab ${id}`);
      const bench = await openBench({
        ...{ filesDir: definition.filesDir, istioVersion, istioProfile: definition.prepare.istioProfile },
        ...{ clusterCommand: programs.clusterCommand, toolboxBin: programs.toolboxBin },
      });
      try {
        const steps = await proveLab({ definition, proof, bench, istioVersion });
        expect(steps.flatMap(({ faults }) => faults)).toEqual([]);
        expect(steps.map(({ step }) => step)).toEqual(["prepare", ...proof.steps.map((step) => step.id)]);
      } finally {
        await bench.close();
      }
    },
    400_000,
  );
});
