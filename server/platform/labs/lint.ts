import type { Nodes, RootContent } from "mdast";
import { toString as textOf } from "mdast-util-to-string";
import { labTab } from "../../contracts/lab.ts";
import { forEachParent, runBlocks } from "./blocks.ts";
import { isDiagram } from "./diagrams.ts";
import { type ReadOptions, readLabs, translatedInto } from "./library.ts";
import { lineOf } from "./markdown.ts";
import type { ParsedLab } from "./parse-lab.ts";
import { lineOfPath } from "./yaml-lines.ts";

/** A lab that can be shown may still teach badly. What is found here does not keep a page from being served. */
export interface LintFinding {
  readonly file: string;
  readonly line: number | undefined;
  readonly problem: string;
}

/** Every fault of every lab: those that keep it from being read first, then what a reader would stumble over. */
export async function lintContent(options: ReadOptions): Promise<LintFinding[]> {
  const findings: LintFinding[] = [];
  const labs = await readLabs({
    ...options,
    onFault: ({ file, line, problem }) => findings.push({ file, line, problem }),
  });
  const ids = new Set(labs.map((lab) => lab.definition.summary.id));
  for (const language of await translatedInto(options.contentDir))
    findings.push(...(await lintTranslations({ ...options, language }, ids)));
  return [...findings, ...labs.flatMap((lab) => lintLab(lab, ids))];
}

/** A translation that does something else than its lab, or whose links lead elsewhere. */
async function lintTranslations(options: ReadOptions, ids: ReadonlySet<string>): Promise<LintFinding[]> {
  const findings: LintFinding[] = [];
  const labs = await readLabs({
    ...options,
    // Said already.
    onFault: () => undefined,
    onTranslationFault: ({ file, line, problem }) => findings.push({ file, line, problem }),
  });
  const translated = labs.filter(({ language }) => language === options.language);
  return [...findings, ...translated.flatMap((lab) => links(lab, ids))];
}

function lintLab(lab: ParsedLab, ids: ReadonlySet<string>): LintFinding[] {
  return [...links(lab, ids), ...steps(lab), ...prerequisites(lab, ids), ...readingTime(lab)];
}

const finding = (lab: ParsedLab, line: number | undefined, problem: string): LintFinding => ({
  file: lab.yaml.file,
  line,
  problem,
});

function links(lab: ParsedLab, ids: ReadonlySet<string>): LintFinding[] {
  const steps = new Set(lab.markdown.steps.map((step) => step.id));
  const found: LintFinding[] = [];
  for (const node of everyNode(lab)) {
    if (node.type === "image" && !node.alt?.trim())
      found.push(
        finding(lab, lineOf(node), `this image has no alternative text: write ![what it shows](${node.url})`),
      );
    if (node.type === "image" && !isDiagram(node))
      found.push(
        finding(
          lab,
          lineOf(node),
          `"${node.url}" is not shown: a page shows diagrams beside the lab, ![…](name.svg)`,
        ),
      );
    if (node.type !== "link") continue;
    const problem = linkProblem(node.url, steps, ids);
    if (problem !== undefined) found.push(finding(lab, lineOf(node), problem));
  }
  return found;
}

function linkProblem(url: string, steps: ReadonlySet<string>, ids: ReadonlySet<string>): string | undefined {
  if (url.startsWith("#"))
    return steps.has(url.slice(1))
      ? undefined
      : `the link "${url}" leads to no step; the steps are ${[...steps].join(", ")}`;
  if (url.startsWith("tab:")) {
    const tab = /^tab:([a-z]*)/.exec(url)?.[1] ?? "";
    return labTab.safeParse(tab).success
      ? undefined
      : `"${url}": there is no tab "${tab}"; the tabs are ${labTab.options.join(", ")}`;
  }
  const lab = /^\/labs\/([a-z0-9-]+)$/.exec(url)?.[1];
  if (lab !== undefined)
    return ids.has(lab)
      ? undefined
      : `the link "${url}" leads to no lab; the labs are ${[...ids].join(", ")}`;
  if (/^(https?:\/\/|mailto:)/.test(url)) return undefined;
  return `the link "${url}" leads nowhere from a lab page; write "#step", "/labs/ID", "tab:graph" or a whole URL`;
}

function steps(lab: ParsedLab): LintFinding[] {
  const homeless = runBlocks(lab.markdown.intro).map((block) =>
    finding(
      lab,
      block.line,
      "this command stands before the first step, where nobody proves it: move it below a heading",
    ),
  );
  return [...homeless, ...stepFindings(lab)];
}

function stepFindings(lab: ParsedLab): LintFinding[] {
  return lab.markdown.steps.flatMap((step, index) => {
    const blocks = runBlocks(step.content);
    const definition = lab.definition.steps[index];
    const conditions = definition?.conditions.length ?? 0;
    const found: LintFinding[] = [];
    const bare = blocks.find((block) => block.output === undefined);
    if (conditions === 0 && bare)
      found.push(
        finding(
          lab,
          bare.line,
          `nothing says that this command did what it should: write an output block behind it, or a condition for step "${step.id}"`,
        ),
      );
    if (conditions > 0 && definition?.solve.length === 0)
      found.push(
        finding(
          lab,
          step.line,
          `step "${step.id}" has conditions, but nothing brings them about: write run blocks, or "solve: { ${step.id}: [COMMAND] }"`,
        ),
      );
    return found;
  });
}

function prerequisites(lab: ParsedLab, ids: ReadonlySet<string>): LintFinding[] {
  return lab.front.prerequisites.flatMap((id, index) =>
    ids.has(id)
      ? []
      : [
          finding(
            lab,
            lab.yaml.firstLine + lineOfPath(lab.yaml.text, ["prerequisites", index]) - 1,
            `prerequisites: there is no lab "${id}"; the labs are ${[...ids].join(", ")}`,
          ),
        ],
  );
}

/** Words a minute of a technical text read with care, and minutes to run one command and look at what it says. */
const wordsPerMinute = 120;
const minutesPerCommand = 0.75;

function readingTime(lab: ParsedLab): LintFinding[] {
  const { markdown, front } = lab;
  const content = [...markdown.intro, ...markdown.steps.flatMap((step) => step.content)];
  const words = content
    .map((node) => textOf(node).split(/\s+/).length)
    .reduce((sum, count) => sum + count, 0);
  const minutes = words / wordsPerMinute + runBlocks(content).length * minutesPerCommand;
  if (front.minutes * 2 >= minutes && front.minutes <= minutes * 3 + 5) return [];
  const line = lab.yaml.firstLine + lineOfPath(lab.yaml.text, ["minutes"]) - 1;
  return [
    finding(
      lab,
      line,
      `minutes: ${front.minutes}, but reading and running takes about ${Math.ceil(minutes)}; write what is true`,
    ),
  ];
}

function everyNode(lab: ParsedLab): Nodes[] {
  const nodes: Nodes[] = [];
  const content: RootContent[] = [
    ...lab.markdown.intro,
    ...lab.markdown.steps.flatMap((step) => step.content),
  ];
  forEachParent({ type: "root", children: content }, (parent) => nodes.push(...parent.children));
  return nodes;
}
