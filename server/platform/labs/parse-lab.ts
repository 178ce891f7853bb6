import { join } from "node:path";
import type { z } from "zod";
import type { LabSummary } from "../../contracts/index.ts";
import {
  checkDirectives,
  fillFileBlocks,
  type ReadWorkshopFile,
  runCommands,
  takeInlineActions,
} from "./blocks.ts";
import type { ConditionSpec } from "./condition-spec.ts";
import { fillDiagrams } from "./diagrams.ts";
import { type LabFrontMatter, labFrontMatter, parseYaml, type YamlSource } from "./front-matter.ts";
import { LabError } from "./lab-error.ts";
import { type MarkdownSource, parseMarkdown } from "./markdown.ts";
import { checkQuizzes } from "./quiz.ts";
import { type MarkdownLab, splitSteps } from "./steps.ts";
import { chooseVersion } from "./versions.ts";
import { lineOfPath, type YamlPath } from "./yaml-lines.ts";

/** A step as the workspace host needs it: what to ask of the cluster, and what brings it about. */
export interface StepDefinition {
  readonly id: string;
  readonly title: string;
  readonly conditions: readonly ConditionSpec[];
  /** Shell commands, run in order in the workshop's folder; safe to run again. */
  readonly solve: readonly string[];
}

export interface LabDefinition {
  readonly summary: LabSummary;
  readonly prepare: { readonly istioProfile?: "demo" | undefined; readonly commands: readonly string[] };
  readonly steps: readonly StepDefinition[];
  /** Folder whose content stands in the learner's workshop folder. */
  readonly filesDir: string;
}

export interface ParsedLab {
  readonly language: string;
  readonly definition: LabDefinition;
  readonly markdown: MarkdownLab;
  /** For those who prove or lint the lab. */
  readonly front: LabFrontMatter;
  readonly yaml: YamlSource;
}

export interface LabSource extends MarkdownSource {
  readonly workshop: string;
  readonly workshopDir: string;
  readonly readFile: ReadWorkshopFile;
  readonly istioVersion: string;
  readonly language: string;
}

/** One lab file, checked whole. Throws LabError at the first fault. */
export async function parseLab(source: LabSource): Promise<ParsedLab> {
  const { markdown, yaml, front } = await parseBody(source, labFrontMatter);
  checkStepNames(front, markdown, yaml);
  return { language: source.language, markdown, front, yaml, definition: define(source, front, markdown) };
}

/** The parts of a lab file, or of a translation of one, each checked by itself. */
export async function parseBody<T extends z.ZodType>(
  source: LabSource,
  schema: T,
): Promise<{ markdown: MarkdownLab; yaml: YamlSource; front: z.infer<T> }> {
  const root = parseMarkdown(source);
  const head = root.children[0];
  if (head?.type !== "yaml")
    throw new LabError(
      { file: source.file, line: 1 },
      'no front matter: begin the file with "---", "id: …", "title: …"',
    );
  const yaml = { file: source.file, text: head.value, firstLine: 2 };
  const front = parseYaml(yaml, schema);
  chooseVersion(root, source.istioVersion, source.file);
  checkDirectives(root, source.file);
  checkQuizzes(root, source.file);
  await fillFileBlocks(root, source.file, source.readFile);
  await fillDiagrams(root, source.file, source.readFile);
  takeInlineActions(root, source.file);
  return { markdown: splitSteps(root, source.file), front, yaml };
}

function define(source: LabSource, front: LabFrontMatter, markdown: MarkdownLab): LabDefinition {
  const steps = markdown.steps.map(
    (step): StepDefinition => ({
      id: step.id,
      title: step.title,
      conditions: front.checks[step.id] ?? [],
      solve: front.solve[step.id] ?? runCommands(step.content),
    }),
  );
  return {
    summary: {
      workshop: source.workshop,
      id: front.id,
      title: front.title,
      summary: front.summary,
      minutes: front.minutes,
      steps: steps.map(({ id, title, conditions }) => ({ id, title, conditions: conditions.length })),
    },
    prepare: front.prepare,
    steps,
    filesDir: join(source.workshopDir, "files"),
  };
}

function checkStepNames(front: LabFrontMatter, markdown: MarkdownLab, yaml: YamlSource): void {
  const known = new Set(markdown.steps.map((step) => step.id));
  const at = (path: YamlPath) => ({
    file: yaml.file,
    line: yaml.firstLine + lineOfPath(yaml.text, path) - 1,
  });
  for (const part of ["checks", "solve", "breaks"] as const)
    for (const step of Object.keys(front[part]))
      if (!known.has(step))
        throw new LabError(
          at([part, step]),
          `${part}: no step "${step}"; the steps are ${[...known].join(", ")}`,
        );
  for (const [step, conditions] of Object.entries(front.checks)) {
    const ids = conditions.map((condition) => condition.id);
    const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
    if (twice >= 0)
      throw new LabError(
        at(["checks", step]),
        `two conditions of step "${step}" have the id "${ids[twice]}"`,
      );
    checkNeeds(conditions, (index, id) => {
      throw new LabError(
        at(["checks", step, index, "needs"]),
        `needs: no condition "${id}" above this one; conditions need earlier ones of their step`,
      );
    });
    for (const [index, { condition }] of (front.breaks[step] ?? []).entries())
      if (!ids.includes(condition))
        throw new LabError(
          at(["breaks", step, index]),
          `breaks: step "${step}" has no condition "${condition}"; it has ${ids.join(", ")}`,
        );
  }
}

/** A condition needs earlier ones only: so no two wait for each other. */
function checkNeeds(conditions: readonly ConditionSpec[], fail: (index: number, id: string) => void): void {
  for (const [index, { needs }] of conditions.entries())
    for (const id of needs)
      if (!conditions.slice(0, index).some((earlier) => earlier.id === id)) fail(index, id);
}
