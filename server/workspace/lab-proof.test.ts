import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listLabs } from "../platform/labs/index.ts";
import { type LabReport, startTests } from "./lab-tool/index.ts";
import { type BenchPrograms, buildBenchPrograms } from "./testing/lab-bench.ts";

// Every lab is true: what `meshwork lab test` proves, each on a practice cluster of its own.

const contentDir = fileURLToPath(new URL("../../content", import.meta.url));
const istioVersion = "1.21.6";
const labs = await listLabs({ contentDir });

describe(`the labs on Istio ${istioVersion}`, () => {
  let programs: BenchPrograms;
  let reports: ReadonlyMap<string, Promise<LabReport>>;
  beforeAll(async () => {
    programs = await buildBenchPrograms();
    const { clusterCommand, toolboxBin } = programs;
    reports = startTests({
      ...{ contentDir, clusterCommand, toolboxBin, solveOnly: false, jobs: 2 },
      ...{ labs: labs.map(({ id }) => id), istioVersions: [istioVersion], say: () => undefined },
    });
  }, 120_000);
  afterAll(async () => {
    await Promise.allSettled(reports?.values() ?? []);
    programs?.dispose();
  }, 400_000);

  it.each(labs)(
    "$id fails before, prints what it says, passes after, and notices what is broken",
    async ({ id, steps }) => {
      const report = await reports.get(id);
      expect(report?.steps.flatMap(({ faults }) => faults)).toEqual([]);
      expect(report?.steps.map(({ step }) => step)).toEqual(["prepare", ...steps.map((step) => step.id)]);
    },
    900_000,
  );
});
