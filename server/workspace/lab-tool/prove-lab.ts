import { type CheckRunner, createBashRunner, createCheckRunner } from "../../platform/checks/index.ts";
import { type OpenKubeCluster, openKubeCluster } from "../../platform/kube/index.ts";
import type { LabDefinition, LabProof, ProvenStep, RunBlock } from "../../platform/labs/index.ts";
import { createMeshGraphReader } from "../../platform/mesh/index.ts";

import type { LabBench, Ran } from "./bench.ts";
import { proveBreaks } from "./breaks.ts";
import { limits } from "./limits.ts";
import { prepareBench } from "./prepare-bench.ts";
import { printsLike } from "./prints-like.ts";
import type { Fault, Said, StepReport } from "./report.ts";
import { until } from "./until.ts";

export interface ProofOptions {
  readonly definition: LabDefinition;
  readonly proof: LabProof;
  readonly bench: LabBench;
  readonly istioVersion: string;
  /** Only the solutions are run, not the blocks a learner reads: what "solve" and "jump" rely on. */
  readonly solveOnly?: boolean;
  /** The cluster is not ours: nobody says what it came with. */
  readonly foreign?: boolean;
  readonly onStep?: (report: StepReport) => void;
}

/**
 * A lab is true when on a cluster prepared for it, step by step, every condition fails before, every command prints what
 * the page says, every condition passes after, and every break that the author wrote down turns its condition red.
 */
export async function proveLab(options: ProofOptions): Promise<StepReport[]> {
  const { definition, proof } = options;
  const started = performance.now();
  const { bench, istioVersion, foreign } = options;
  const prepared = await prepareBench(definition.prepare, { bench, istioVersion, foreign });
  const reports: StepReport[] = [];
  const tell = (report: StepReport) => {
    reports.push(report);
    options.onStep?.(report);
  };
  if (prepared !== undefined) {
    const fault = { file: proof.file, line: proof.prepareLine, problem: prepared };
    tell({ step: "prepare", seconds: seconds(started), faults: [fault] });
    return reports;
  }
  tell({ step: "prepare", seconds: seconds(started), faults: [] });
  const cluster = await openKubeCluster({ kubeconfig: bench.kubeconfig });
  try {
    const prover = new StepProver(options, runnerFor(bench, cluster));
    for (const step of proof.steps) {
      const from = performance.now();
      const faults = await prover.prove(step);
      tell({ step: step.id, seconds: seconds(from), faults });
      // What comes after stands on this step: it would only fail in its wake.
      if (faults.length > 0) break;
    }
  } finally {
    await cluster.close();
  }
  return definition.steps.length === 0 ? [] : reports;
}

function runnerFor(bench: LabBench, cluster: OpenKubeCluster): CheckRunner {
  const graph = createMeshGraphReader({ cluster, now: Date.now });
  return createCheckRunner({
    ...{ cluster, env: bench.env, now: Date.now },
    runCommand: createBashRunner({ cwd: bench.folder, env: bench.env, path: bench.env.PATH ?? "" }),
    graph: (request) => graph.graph(request),
  });
}

class StepProver {
  private readonly file: string;

  constructor(
    private readonly options: ProofOptions,
    private readonly runner: CheckRunner,
  ) {
    this.file = options.proof.file;
  }

  async prove(step: ProvenStep): Promise<Fault[]> {
    const tooEarly = await this.before(step);
    if (tooEarly.length > 0) return tooEarly;
    const faults = this.options.solveOnly ? await this.solve(step) : await this.walk(step);
    if (faults.length > 0) return faults;
    const after = await this.after(step);
    if (after.length > 0 || this.options.solveOnly) return after;
    const broken = await proveBreaks(this, step);
    if (broken.length > 0 || step.breaks.length > 0 || !step.ownSolve) return broken;
    // Solutions are run again by whoever asks for help late: they must not spoil what is done.
    return [...(await this.solve(step)), ...(await this.after(step))];
  }

  async conditions(step: ProvenStep): Promise<Said[]> {
    const found = this.options.definition.steps.find(({ id }) => id === step.id);
    const results = found ? await this.runner.evaluate(found, new AbortController().signal) : [];
    return results.map(({ id, status, message, expected, actual, evidence }) => ({
      ...{ id, status },
      text: [message, expected && `expected: ${expected}`, actual && `found: ${actual}`, evidence?.output]
        .filter((part) => part)
        .join(" | ")
        .slice(0, limits.shownChars),
    }));
  }

  run(command: string): Promise<Ran> {
    return this.options.bench.run(command);
  }

  fault(line: number | undefined, problem: string): Fault {
    return { file: this.file, line, problem };
  }

  async solve(step: ProvenStep): Promise<Fault[]> {
    const commands = this.options.definition.steps.find(({ id }) => id === step.id)?.solve ?? [];
    for (const command of commands) {
      const ran = await until(limits.printsWithinMs, async () => {
        const value = await this.run(command);
        return { done: value.exitCode === 0, value };
      });
      if (ran.exitCode !== 0)
        return [
          this.fault(step.line, `solve: "${short(command)}" ended with ${ran.exitCode}: ${shown(ran)}`),
        ];
    }
    return [];
  }

  /** Every condition of the step holds, now or soon. */
  async after(step: ProvenStep): Promise<Fault[]> {
    const open = await until(limits.passesWithinMs, async () => {
      const left = (await this.conditions(step)).filter(({ status }) => status !== "passed");
      return { done: left.length === 0, value: left };
    });
    return open.map(({ id, status, text }) =>
      this.fault(
        step.conditionLines.get(id),
        `condition "${id}" is ${status} after the step's commands: ${text}; mend the condition or the step`,
      ),
    );
  }

  private async before(step: ProvenStep): Promise<Fault[]> {
    const said = await this.conditions(step);
    return (
      said
        // "pending": it waits for another condition, which fails.
        .filter(
          ({ id, status }) => status !== "failed" && status !== "pending" && !step.mayHoldBefore.has(id),
        )
        .map(({ id, status, text }) =>
          this.fault(
            step.conditionLines.get(id),
            `condition "${id}" is ${status} before the step's commands (${text}); ask for what the step changes, or write "mayHoldBefore: true"`,
          ),
        )
    );
  }

  /** As a learner reads: every run block in order. */
  private async walk(step: ProvenStep): Promise<Fault[]> {
    for (const block of step.runBlocks) {
      const problem = await this.type(block);
      if (problem !== undefined) return [this.fault(block.line, problem)];
    }
    return [];
  }

  private async type(block: RunBlock): Promise<string | undefined> {
    if (block.endless) {
      const { output } = block;
      const interruptWhen = (printed: string, ms: number) =>
        output === undefined
          ? ms > limits.endlessMs
          : printsLike(output, printed) === "" || ms > limits.printsWithinMs;
      const ran = await this.options.bench.run(block.command, { interruptWhen });
      return output === undefined ? undefined : problemOf(printsLike(output, ran.output));
    }
    return until(limits.printsWithinMs, async () => {
      const ran = await this.run(block.command);
      const problem = judge(block, ran);
      return { done: problem === undefined, value: problem };
    });
  }
}

function judge(block: RunBlock, ran: Ran): string | undefined {
  if (ran.exitCode !== block.exitCode)
    return `"${short(block.command)}" ended with exit code ${ran.exitCode}: ${shown(ran)}; mend it, or write "exit=${ran.exitCode}" behind "run"`;
  return block.output === undefined ? undefined : problemOf(printsLike(block.output, ran.output));
}

const problemOf = (missing: string) =>
  missing === ""
    ? undefined
    : `the output block does not show what is printed: ${missing.slice(0, limits.shownChars)}`;

const seconds = (from: number) => Math.round((performance.now() - from) / 100) / 10;
const shown = ({ output }: Ran) => output.trim().slice(-limits.shownChars) || "(nothing)";

function short(command: string): string {
  const line = command.trim().split("\n")[0] ?? "";
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
