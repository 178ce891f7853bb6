import { loadLab, loadLabProof } from "../../platform/labs/index.ts";
import { BenchError, openBench } from "./bench.ts";
import { proveLab } from "./prove-lab.ts";
import type { StepReport } from "./report.ts";

export interface TestOptions {
  readonly contentDir: string;
  readonly labs: readonly string[];
  readonly istioVersions: readonly string[];
  readonly clusterCommand: readonly string[];
  readonly toolboxBin: string;
  readonly solveOnly: boolean;
  /** Labs that are proved at the same time. */
  readonly jobs: number;
  readonly say: (line: string) => void;
}

export interface LabReport {
  readonly lab: string;
  readonly istioVersion: string;
  readonly steps: readonly StepReport[];
}

/** Each lab for each release, in the order of the command. */
export async function testLabs(options: TestOptions): Promise<LabReport[]> {
  return Promise.all(startTests(options).values());
}

/**
 * Each lab on a cluster of its own, for each release: a lab may not lean on what another one left behind. Several at a
 * time, because most of proving is waiting; what they say comes lab by lab. By lab, and by release behind the first.
 */
export function startTests(options: TestOptions): Map<string, Promise<LabReport>> {
  const tests = options.istioVersions.flatMap((istioVersion, index) =>
    options.labs.map((lab) => ({ key: index === 0 ? lab : `${lab} ${istioVersion}`, lab, istioVersion })),
  );
  const turns = new Turns(options.jobs);
  return new Map(
    tests.map(({ key, lab, istioVersion }) => [key, turns.take(() => testLab(lab, istioVersion, options))]),
  );
}

/** So many at a time, first come, first served. */
class Turns {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}

async function testLab(lab: string, istioVersion: string, options: TestOptions): Promise<LabReport> {
  const { contentDir, say } = options;
  const definition = await loadLab(lab, { contentDir, istioVersion });
  const proof = await loadLabProof(lab, { contentDir, istioVersion });
  if (!definition || !proof) throw new Error(`there is no lab ${lab}`);
  const lines = [`${lab} (Istio ${istioVersion})`];
  const bench = await openBench({
    ...{ filesDir: definition.filesDir, istioVersion, istioProfile: definition.prepare.istioProfile },
    ...{ clusterCommand: options.clusterCommand, toolboxBin: options.toolboxBin },
  }).catch((error: unknown) => {
    if (error instanceof BenchError) return error;
    throw error;
  });
  if (bench instanceof BenchError) {
    say(`${lab} (Istio ${istioVersion})\n  ✘ ${bench.message}`);
    const fault = { file: proof.file, line: undefined, problem: bench.message };
    return { lab, istioVersion, steps: [{ step: "prepare", seconds: 0, faults: [fault] }] };
  }
  try {
    const steps = await proveLab({
      ...{ definition, proof, bench, istioVersion, solveOnly: options.solveOnly },
      onStep: ({ step, seconds, faults }) => {
        lines.push(`  ${faults.length === 0 ? "✔" : "✘"} ${step}  ${seconds.toFixed(1)} s`);
        for (const { file, line, problem } of faults)
          lines.push(
            `    ${file}${line === undefined ? "" : `:${line}`}: ${problem.replaceAll("\n", "\n      ")}`,
          );
      },
    });
    return { lab, istioVersion, steps };
  } finally {
    say(lines.join("\n"));
    await bench.close();
  }
}
