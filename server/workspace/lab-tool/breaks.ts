import type { ProvenStep } from "../../platform/labs/index.ts";
import type { Ran } from "./bench.ts";
import { limits } from "./limits.ts";
import type { Fault, Said } from "./report.ts";
import { until } from "./until.ts";

/** What breaking needs of the one who walks through the lab. */
export interface Prover {
  run(command: string): Promise<Ran>;
  conditions(step: ProvenStep): Promise<Said[]>;
  solve(step: ProvenStep): Promise<Fault[]>;
  after(step: ProvenStep): Promise<Fault[]>;
  fault(line: number | undefined, problem: string): Fault;
}

/**
 * A mutation of the lab: what the author broke on purpose turns the condition red, with a finding that names it, and
 * mending it turns everything green again. A condition that no break can turn red would pass for anybody.
 */
export async function proveBreaks(prover: Prover, step: ProvenStep): Promise<Fault[]> {
  for (const mutation of step.breaks) {
    const ran = await prover.run(mutation.command);
    if (ran.exitCode !== 0)
      return [
        prover.fault(mutation.line, `break: the command ended with ${ran.exitCode}: ${ran.output.trim()}`),
      ];
    const problem = await until(limits.passesWithinMs, async () => {
      const said = (await prover.conditions(step)).find(({ id }) => id === mutation.condition);
      const red = said?.status === "failed" && said.text.includes(mutation.finding);
      const text = said ? `is ${said.status}: ${said.text}` : "is not there";
      return { done: red, value: red ? undefined : text };
    });
    if (problem !== undefined)
      return [
        prover.fault(
          mutation.line,
          `break: condition "${mutation.condition}" should fail with "${mutation.finding}", but ${problem}`,
        ),
      ];
    const mended = mutation.mend === undefined ? await prover.solve(step) : await mend(prover, mutation.mend);
    const after = mended.length > 0 ? mended : await prover.after(step);
    if (after.length > 0) return after;
  }
  return [];
}

async function mend(prover: Prover, command: string): Promise<Fault[]> {
  const ran = await prover.run(command);
  if (ran.exitCode === 0) return [];
  return [prover.fault(undefined, `break: mending ended with ${ran.exitCode}: ${ran.output.trim()}`)];
}
