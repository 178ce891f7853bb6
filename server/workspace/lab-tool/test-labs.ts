import { loadLab, loadLabProof } from "../../platform/labs/index.ts";
import { openBench } from "./bench.ts";
import { proveLab } from "./prove-lab.ts";
import type { StepReport } from "./report.ts";

export interface TestOptions {
  readonly contentDir: string;
  readonly labs: readonly string[];
  readonly istioVersions: readonly string[];
  readonly clusterCommand: readonly string[];
  readonly toolboxBin: string;
  readonly solveOnly: boolean;
  readonly say: (line: string) => void;
}

export interface LabReport {
  readonly lab: string;
  readonly istioVersion: string;
  readonly steps: readonly StepReport[];
}

/** Each lab on a cluster of its own, for each release: a lab may not lean on what another one left behind. */
export async function testLabs(options: TestOptions): Promise<LabReport[]> {
  const reports: LabReport[] = [];
  for (const istioVersion of options.istioVersions)
    for (const lab of options.labs) reports.push(await testLab(lab, istioVersion, options));
  return reports;
}

async function testLab(lab: string, istioVersion: string, options: TestOptions): Promise<LabReport> {
  const { contentDir, say } = options;
  const definition = await loadLab(lab, { contentDir, istioVersion });
  const proof = await loadLabProof(lab, { contentDir, istioVersion });
  if (!definition || !proof) throw new Error(`there is no lab ${lab}`);
  say(`${lab} (Istio ${istioVersion})`);
  const bench = await openBench({
    ...{ filesDir: definition.filesDir, istioVersion, istioProfile: definition.prepare.istioProfile },
    ...{ clusterCommand: options.clusterCommand, toolboxBin: options.toolboxBin },
  });
  try {
    const steps = await proveLab({
      ...{ definition, proof, bench, istioVersion, solveOnly: options.solveOnly },
      onStep: ({ step, seconds, faults }) => {
        say(`  ${faults.length === 0 ? "✔" : "✘"} ${step}  ${seconds.toFixed(1)} s`);
        for (const { file, line, problem } of faults)
          say(`    ${file}${line === undefined ? "" : `:${line}`}: ${problem.replaceAll("\n", "\n      ")}`);
      },
    });
    return { lab, istioVersion, steps };
  } finally {
    await bench.close();
  }
}
