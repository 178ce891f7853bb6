import { type RunBlock, runBlocks } from "./blocks.ts";
import type { ParsedLab } from "./parse-lab.ts";
import { lineOfPath, type YamlPath } from "./yaml-lines.ts";

/** A lab as those read it who prove it: what a learner types, what the page says comes of it, and where that stands. */
export interface LabProof {
  readonly file: string;
  readonly prepareLine: number;
  readonly steps: readonly ProvenStep[];
}

export interface ProvenStep {
  readonly id: string;
  readonly line: number | undefined;
  readonly runBlocks: readonly RunBlock[];
  /** Line by condition id. */
  readonly conditionLines: ReadonlyMap<string, number>;
  readonly mayHoldBefore: ReadonlySet<string>;
  /** The solution is written down, not taken from the run blocks. */
  readonly ownSolve: boolean;
  readonly breaks: readonly LabBreak[];
}

/** What is broken on purpose, and which condition has to say so. */
export interface LabBreak {
  readonly condition: string;
  readonly command: string;
  readonly finding: string;
  readonly mend: string | undefined;
  readonly line: number;
}

export function labProof({ markdown, front, yaml }: ParsedLab): LabProof {
  const at = (path: YamlPath) => yaml.firstLine + lineOfPath(yaml.text, path) - 1;
  const steps = markdown.steps.map((step): ProvenStep => {
    const conditions = front.checks[step.id] ?? [];
    const breaks = front.breaks[step.id] ?? [];
    return {
      id: step.id,
      line: step.line,
      runBlocks: runBlocks(step.content),
      conditionLines: new Map(conditions.map(({ id }, index) => [id, at(["checks", step.id, index])])),
      mayHoldBefore: new Set(conditions.filter((one) => one.mayHoldBefore).map(({ id }) => id)),
      ownSolve: front.solve[step.id] !== undefined,
      breaks: breaks.map(({ condition, run, finding, mend }, index) => ({
        ...{ condition, command: run, finding, mend },
        line: at(["breaks", step.id, index]),
      })),
    };
  });
  return { file: yaml.file, prepareLine: at(["prepare"]), steps };
}
