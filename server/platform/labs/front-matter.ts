import { load, YAMLException } from "js-yaml";
import { z } from "zod";
import { conditionId, labId, languageTag, stepId } from "../../contracts/index.ts";
import { conditionSpec } from "./condition-spec.ts";
import { LabError } from "./lab-error.ts";
import { limits } from "./limits.ts";
import { lineOfPath } from "./yaml-lines.ts";

const command = z.string().min(1).max(4000);
export const title = z.string({ error: "write a title" }).min(1).max(120);
export const summary = z
  .string({ error: "write one or two sentences: what a learner can do afterwards" })
  .min(1)
  .max(400);

const breakSpec = z.strictObject({
  condition: conditionId,
  run: command,
  /** Words of the finding, as the learner would read it. */
  finding: z.string({ error: "write words that the condition says when this is broken" }).min(1).max(300),
  /** Makes it whole again, when the step's solution does not. */
  mend: command.optional(),
});

export const labFrontMatter = z.strictObject({
  id: labId.describe("lower-case words with dashes"),
  title,
  summary,
  minutes: z.number({ error: 'write how long it takes, e.g. "minutes: 30"' }).int().min(1).max(600),
  /** Ids of labs worth doing before; for people, nothing is enforced. */
  prerequisites: z.array(labId).default([]),
  /** What has to be true before the first step. Run in the workshop's folder; must be safe to run twice. */
  prepare: z
    .strictObject({
      istioProfile: z.literal("demo", { error: 'only "istioProfile: demo" is known' }).optional(),
      commands: z.array(command).max(limits.prepareCommands).default([]),
    })
    .default({ commands: [] }),
  checks: z.record(stepId, z.array(conditionSpec).max(limits.conditionsPerStep)).default({}),
  /** Per step, the commands that bring it about, when the step's run blocks in order are not it. */
  solve: z.record(stepId, z.array(command)).default({}),
  /** Per step, what to break once it is done, and which condition has to say so: proves that conditions can fail. */
  breaks: z.record(stepId, z.array(breakSpec).max(limits.breaksPerStep)).default({}),
});
export type LabFrontMatter = z.infer<typeof labFrontMatter>;

export const workshopFile = z.strictObject({
  id: labId,
  title,
  summary,
  /** Of each lab.md; translations stand beside it. */
  language: languageTag.default("en"),
});
export type WorkshopFile = z.infer<typeof workshopFile>;

export interface YamlSource {
  readonly file: string;
  readonly text: string;
  /** Line of the file on which `text` begins, from 1. */
  readonly firstLine: number;
}

/** Parses and checks YAML; a fault is a LabError at its line, saying what to write. */
export function parseYaml<T extends z.ZodType>(source: YamlSource, schema: T): z.infer<T> {
  const at = (line: number) => ({ file: source.file, line: source.firstLine + line - 1 });
  if (source.text.length > limits.frontMatterBytes)
    throw new LabError(
      at(1),
      `more than ${limits.frontMatterBytes} bytes of YAML; move text into the lab's body`,
    );
  refuseDeepYaml(source, at);
  const parsed = schema.safeParse(rawYaml(source));
  if (parsed.success) return parsed.data;
  const [issue, ...more] = parsed.error.issues;
  const { path, message } = describeIssue(issue);
  const where = path.length === 0 ? "" : `${path.map(String).join(".")}: `;
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  throw new LabError(at(lineOfPath(source.text, path)), `${where}${message}${others}`);
}

function describeIssue(issue: z.core.$ZodIssue | undefined): { path: PropertyKey[]; message: string } {
  if (!issue) return { path: [], message: "not valid" };
  if (issue.code !== "unrecognized_keys") return { path: issue.path, message: issue.message };
  const key = issue.keys[0] ?? "";
  return { path: [...issue.path, key], message: "not a known key; check its spelling or remove it" };
}

/** What the YAML says, before any schema. */
export function rawYaml(source: YamlSource): unknown {
  try {
    return load(source.text, { filename: source.file });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = (error.mark?.line ?? 0) + 1;
    const at = { file: source.file, line: source.firstLine + line - 1 };
    throw new LabError(at, `this is not YAML: ${error.reason}`, { cause: error });
  }
}

/** Counts brackets and indentation, strings included: an author meets this limit only by writing nonsense. */
function refuseDeepYaml(source: YamlSource, at: (line: number) => { file: string; line: number }): void {
  let open = 0;
  for (const [index, line] of source.text.split("\n").entries()) {
    const dashes = /^[\s-]*/.exec(line)?.[0].replaceAll(/[^-]/g, "").length ?? 0;
    for (const character of line) {
      if (character === "[" || character === "{") open += 1;
      else if (character === "]" || character === "}") open = Math.max(0, open - 1);
    }
    if (open > limits.yamlDepth || (dashes > limits.yamlDepth && !/^-+$/.test(line.trim())))
      throw new LabError(at(index + 1), `nested more than ${limits.yamlDepth} deep`);
  }
}
