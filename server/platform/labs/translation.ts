import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { conditionId, stepId } from "../../contracts/index.ts";
import type { ConditionSpec } from "./condition-spec.ts";
import { quizzesOf, refuseDrift } from "./drift.ts";
import { rawYaml, summary, title, type YamlSource } from "./front-matter.ts";
import { LabError } from "./lab-error.ts";
import { type LabSource, type ParsedLab, parseBody } from "./parse-lab.ts";
import { labelText, setQuizKey } from "./quiz.ts";
import { lineOfPath, type YamlPath } from "./yaml-lines.ts";

// A lab in another language: lab.de.md beside lab.md. Its front matter holds texts only; all else is the lab's. Who began
// with a copy of the whole file may leave the rest standing, as long as it says the same.

const texts = {
  title: z.string({ error: "translate the title" }).min(1).max(200),
  message: z.string({ error: "translate the message" }).min(1).max(500),
  expected: z.string().max(500).optional(),
  next: z.string().max(500).optional(),
};
const conditionTexts = z.looseObject({
  id: conditionId,
  ...texts,
  hints: z
    .array(z.looseObject({ text: z.string({ error: "translate the hint's text" }).min(1).max(500) }))
    .optional(),
});
type ConditionTexts = z.infer<typeof conditionTexts>;

const translatedFrontMatter = z.looseObject({
  title,
  summary,
  checks: z.record(stepId, z.array(conditionTexts)).default({}),
});

/** The lab in the words of its translation. Throws LabError where the translation is not one of this lab. */
export async function parseTranslation(source: LabSource, lab: ParsedLab): Promise<ParsedLab> {
  const { markdown, yaml, front } = await parseBody(source, translatedFrontMatter);
  const baseFile = lab.yaml.file;
  refuseDrift({ base: lab.markdown, translation: markdown, baseFile, file: source.file });
  const fail = (path: YamlPath, problem: string): never => {
    const line = yaml.firstLine + lineOfPath(yaml.text, path) - 1;
    throw new LabError({ file: yaml.file, line }, `${path.map(String).join(".")}: ${problem}`);
  };
  const conditions = translatedConditions(lab, front.checks, fail);
  refuseOtherThanTexts([lab.yaml, yaml], fail);
  for (const [index, quiz] of quizzesOf(lab.markdown).entries()) {
    const label = quiz.children[0];
    const translated = quizzesOf(markdown)[index];
    if (translated && label?.type === "paragraph") setQuizKey(translated, labelText(label));
  }
  const { definition } = lab;
  const titles = new Map(markdown.steps.map((step) => [step.id, step.title]));
  const titled = <T extends { readonly id: string; readonly title: string }>(step: T): T => ({
    ...step,
    title: titles.get(step.id) ?? step.title,
  });
  return {
    ...{ language: source.language, markdown, yaml },
    front: { ...lab.front, title: front.title, summary: front.summary, checks: conditions },
    definition: {
      ...definition,
      summary: {
        ...definition.summary,
        ...{ title: front.title, summary: front.summary, steps: definition.summary.steps.map(titled) },
      },
      steps: definition.steps.map((step) => ({ ...titled(step), conditions: conditions[step.id] ?? [] })),
    },
  };
}

type Fail = (path: YamlPath, problem: string) => never;

function translatedConditions(
  lab: ParsedLab,
  checks: Readonly<Record<string, readonly ConditionTexts[]>>,
  fail: Fail,
): Record<string, ConditionSpec[]> {
  const strange = Object.keys(checks).find((step) => lab.front.checks[step] === undefined);
  if (strange !== undefined) fail(["checks", strange], `${lab.yaml.file} checks no such step`);
  return Object.fromEntries(
    Object.entries(lab.front.checks).map(([step, specs]) => {
      const given = checks[step] ?? [];
      const ids = [specs, given].map((list) => list.map(({ id }) => id).join(", ") || "none");
      if (ids[0] !== ids[1])
        fail(
          ["checks", step],
          `the conditions are ${ids[1]}, and in ${lab.yaml.file} ${ids[0]}; translate each, in the same order`,
        );
      const inWords = (spec: ConditionSpec, index: number) =>
        translatedCondition(spec, given[index], (key, problem) =>
          fail(["checks", step, index, key], problem),
        );
      return [step, specs.map(inWords)];
    }),
  );
}

function translatedCondition(
  spec: ConditionSpec,
  words: ConditionTexts | undefined,
  fail: (key: string, problem: string) => never,
): ConditionSpec {
  if (!words) return spec;
  for (const key of ["expected", "next"] as const)
    if ((spec[key] === undefined) !== (words[key] === undefined))
      fail(key, spec[key] === undefined ? "the lab has none" : `translate "${spec[key]}"`);
  const hints = words.hints ?? [];
  if (hints.length !== spec.hints.length)
    fail("hints", `${hints.length} hints, and the lab has ${spec.hints.length}; translate each`);
  return {
    ...spec,
    ...{ title: words.title, message: words.message, expected: words.expected, next: words.next },
    hints: spec.hints.map((hint, index) => ({ ...hint, text: hints[index]?.text ?? hint.text })),
  };
}

function refuseOtherThanTexts([base, translation]: readonly [YamlSource, YamlSource], fail: Fail): void {
  const path = difference(rawYaml(base), rawYaml(translation), []);
  if (path) fail(path, `${base.file} says something else; leave it out: a translation holds texts`);
}

/** Where `given` says something else than `base`, texts aside; what it leaves out is the lab's. */
function difference(base: unknown, given: unknown, path: YamlPath): YamlPath | undefined {
  if (isText(path)) return undefined;
  if (!isContainer(base) || !isContainer(given) || Array.isArray(base) !== Array.isArray(given))
    return isDeepStrictEqual(base, given) ? undefined : path;
  for (const [key, value] of Object.entries(given)) {
    const found = difference(Object.hasOwn(base, key) ? base[key] : undefined, value, [
      ...path,
      Array.isArray(given) ? Number(key) : key,
    ]);
    if (found) return found;
  }
  return undefined;
}

const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** title, summary, checks.STEP.N.{title,message,expected,next}, checks.STEP.N.hints.N.text */
const isText = (path: YamlPath): boolean =>
  /^(title|summary|checks\.[^.]+\.\d+\.(title|message|expected|next|hints\.\d+\.text))$/.test(
    path.map(String).join("."),
  );
