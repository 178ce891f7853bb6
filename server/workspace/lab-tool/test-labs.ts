import { type LabDefinition, loadLab, loadLabProof } from "../../platform/labs/index.ts";
import { BenchError, type LabBench, openBench } from "./bench.ts";
import { openForeignBench } from "./foreign-bench.ts";
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
  /** Prove on this cluster instead of fresh practice clusters. */
  readonly kubeconfig?: string | undefined;
}

export interface LabReport {
  readonly lab: string;
  readonly istioVersion: string;
  readonly steps: readonly StepReport[];
  /** Why it cannot be proved on this cluster. */
  readonly skipped?: string | undefined;
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
  // One cluster holds one lab at a time.
  const turns = new Turns(options.kubeconfig === undefined ? options.jobs : 1);
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
  const { kubeconfig, clusterCommand, toolboxBin } = options;
  const place = { filesDir: definition.filesDir, istioVersion, toolboxBin };
  const opening =
    kubeconfig === undefined
      ? openBench({ ...place, clusterCommand, istioProfile: definition.prepare.istioProfile })
      : openForeignBench({ ...place, kubeconfig });
  const bench = await opening.catch((error: unknown) => {
    if (error instanceof BenchError) return error;
    throw error;
  });
  if (bench instanceof BenchError) {
    say(`${lab} (Istio ${istioVersion})\n  ✘ ${bench.message}`);
    const fault = { file: proof.file, line: undefined, problem: bench.message };
    return { lab, istioVersion, steps: [{ step: "prepare", seconds: 0, faults: [fault] }] };
  }
  try {
    const skipped =
      kubeconfig === undefined ? undefined : await cannotBeHere(definition, bench, istioVersion);
    if (skipped !== undefined) {
      lines.push(`  – not proved here: ${skipped}`);
      return { lab, istioVersion, steps: [], skipped };
    }
    const steps = await proveLab({
      ...{ definition, proof, bench, istioVersion, solveOnly: options.solveOnly },
      foreign: kubeconfig !== undefined,
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

const REVISION =
  "kubectl get deployment istiod -n istio-system --ignore-not-found -o jsonpath='{.spec.template.spec.containers[0].image}'";

/** What a cluster that is somebody's cannot be made into; undefined: the lab can be proved on it. */
async function cannotBeHere(
  { prepare }: LabDefinition,
  bench: LabBench,
  istioVersion: string,
): Promise<string | undefined> {
  const { exitCode, output } = await bench.run(REVISION);
  if (exitCode !== 0) return `the cluster does not answer: ${output.trim().slice(0, 300)}`;
  const installed = /:(\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (prepare.istioProfile === undefined && output.trim() !== "")
    return "it begins with a cluster without Istio, and this one has it";
  if (installed !== undefined && installed !== istioVersion)
    return `Istio ${installed} is installed; name it with --istio ${installed}`;
  return undefined;
}
