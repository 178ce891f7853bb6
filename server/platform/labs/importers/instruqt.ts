import { load } from "js-yaml";
import { z } from "zod";
import { LabError } from "../lab-error.ts";
import {
  distinct,
  type ImportedLab,
  type ImportedStep,
  idOf,
  lowerHeadings,
  minutesOf,
  type SourceFolder,
} from "./imported.ts";

const tab = z.looseObject({
  title: z.string(),
  type: z.string(),
  port: z.union([z.number(), z.string()]).optional(),
});
const track = z.looseObject({
  slug: z.string().optional(),
  title: z.string({ error: "track.yml has no title" }),
  teaser: z.string().nullish(),
  description: z.string().nullish(),
});
const assignment = z.looseObject({
  slug: z.string().optional(),
  type: z.string().optional(),
  title: z.string({ error: "its front matter has no title" }),
  teaser: z.string().nullish(),
  tabs: z.array(tab).nullish(),
  answers: z.array(z.string()).nullish(),
  solution: z.array(z.number()).nullish(),
  notes: z.array(z.looseObject({ type: z.string(), contents: z.string().optional() })).nullish(),
});
type Assignment = z.infer<typeof assignment>;

/** An Instruqt classic track: a folder with a track.yml. Throws LabError when there is none, or it is not one. */
export function importInstruqt(folder: SourceFolder, name: string): ImportedLab {
  const text = folder.read("track.yml");
  if (text === undefined)
    throw new LabError({ file: name }, "there is no track.yml; name the folder of one track");
  const about = parsed(track, yaml(text, `${name}/track.yml`), `${name}/track.yml`);
  const report: string[] = [];
  const challenges = folder.paths.filter((path) => /^\d+[^/]*\/assignment\.md$/.test(path)).sort();
  if (challenges.length === 0) throw new LabError({ file: name }, "there is no NN-name/assignment.md in it");
  const read = challenges.map((path) => challenge(folder, path, report));
  const ids = distinct(read.map(({ id }) => id));
  const steps = read.map((step, index) => ({ ...step, id: ids[index] ?? step.id }));
  const prepare = scripts(folder, "track_scripts/setup-", report);
  for (const path of folder.paths.filter((one) => /(^|\/)cleanup-/.test(one)))
    report.push(
      `${path} is left out: a lab is left by opening another, which starts from its own prerequisites.`,
    );
  if (folder.paths.includes("config.yml"))
    report.push(
      "config.yml is left out: containers and machines are the learner's shell and the practice cluster here.",
    );
  return {
    ...{
      id: idOf(about.slug ?? name),
      title: about.title,
      summary: (about.teaser ?? about.title).trim().slice(0, 400),
    },
    intro: about.description ?? "",
    minutes: minutesOf(steps.map(({ body }) => body)),
    ...{ steps, prepare, report, assets: new Map() },
  };
}

function challenge(folder: SourceFolder, path: string, report: string[]): ImportedStep {
  const [, front = "", body = ""] = /^---\n([\s\S]*?)\n---\n?([\s\S]*)$/.exec(folder.read(path) ?? "") ?? [];
  const about = parsed(assignment, yaml(front, path), path);
  const dir = path.slice(0, path.lastIndexOf("/"));
  const id = idOf(about.slug ?? about.title);
  const [check, ...more] = scripts(folder, `${dir}/check-`, report);
  if (more.length > 0) report.push(`${id}: only the first of its ${more.length + 1} check scripts is kept.`);
  if (check !== undefined)
    report.push(`${id}: its check script runs as it is; a probe would say what is missing.`);
  for (const setup of folder.paths.filter((one) => one.startsWith(`${dir}/setup-`)))
    report.push(`${id}: ${setup} is not run; make it a command of the step before.`);
  for (const { type } of about.notes ?? [])
    if (type !== "text") report.push(`${id}: a note of type ${type} is left out.`);
  const text = convert(body, { id, tabs: about.tabs ?? [], report });
  return {
    id,
    title: about.title,
    body: about.type === "quiz" ? quiz(about, text) : text,
    check: check && withoutHelpers(check),
    message: check && failMessage(check),
    solve: scripts(folder, `${dir}/solve-`, report)[0],
  };
}

const scripts = (folder: SourceFolder, prefix: string, report: string[]): string[] =>
  folder.paths
    .filter((path) => path.startsWith(prefix))
    .sort()
    .map((path) => {
      const text = folder.read(path) ?? "";
      if (/\bagent variable\b/.test(text))
        report.push(`${path}: "agent variable" has no counterpart; write a file instead.`);
      return text;
    });

/** `fail-message` prints what was missing: its words become the condition's, and in the script it says them and ends. */
const failMessage = (script: string): string | undefined =>
  /^\s*fail-message\s+(["'])(.*?)\1/m.exec(script)?.[2]?.slice(0, 300);
const withoutHelpers = (script: string): string =>
  /\bfail-message\b/.test(script)
    ? script.replace(/^(#!.*\n)?/, (line) => `${line}fail-message() { echo "$*" >&2; exit 1; }\n`)
    : script;

/** Where a tab of theirs is here; undefined: nowhere. */
function paneOf({ type, port }: z.infer<typeof tab>): string | undefined {
  if (type === "terminal") return "tab:terminal";
  if (type === "code") return "tab:editor";
  const known: Readonly<Record<string, string>> = {
    20001: "tab:graph",
    9090: "tab:prometheus",
    3000: "tab:grafana",
    16686: "tab:jaeger",
  };
  return known[String(port ?? "")];
}

interface Around {
  readonly id: string;
  readonly tabs: readonly z.infer<typeof tab>[];
  readonly report: string[];
}

function convert(body: string, { id, tabs, report }: Around): string {
  const text = body
    .replaceAll(/^(\s*```)(\w+),([\w,-]+)[ \t]*$/gm, (...[, fence, language, words = ""]: string[]) =>
      words.split(",").includes("run") ? `${fence}${language} run` : `${fence}${language}`,
    )
    .replaceAll(/\[button\s+label="([^"]*)"[^\]]*\]\(tab-(\d+)\)/g, (...[, label, at]: string[]) =>
      pane(label ?? "", Number(at)),
    )
    .replaceAll(/(?<!!)\[([^\]]+)\]\(tab-(\d+)\)/g, (...[, label, at]: string[]) =>
      pane(label ?? "", Number(at)),
    )
    .replaceAll(/\(section--([a-z0-9-]+)\)/g, "(#$1)")
    .replaceAll(
      /^> ?\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*\n((?:> ?.*\n?)+)/gm,
      (...[, quoted = ""]: string[]) => `:::note\n${quoted.replaceAll(/^> ?/gm, "").trimEnd()}\n:::\n`,
    );
  for (const [variable] of text.matchAll(/\[\[\s*Instruqt-Var[^\]]*\]\]/g))
    report.push(`${id}: ${variable} has no counterpart; write the value, or a command that prints it.`);
  return lowerHeadings(text);

  function pane(label: string, at: number): string {
    const found = tabs[at];
    const target = found && paneOf(found);
    if (target) return `[${label}](${target})`;
    report.push(`${id}: the tab "${found?.title ?? at}" has no counterpart; its button is plain text now.`);
    return `**${label}**`;
  }
}

function quiz({ title, answers, solution }: Assignment, text: string): string {
  const right = new Set(solution ?? []);
  const items = (answers ?? []).map((answer, index) => {
    const isRight = right.has(index);
    return `- [${isRight ? "x" : " "}] ${answer.trim()}\n\n  ${isRight ? "Right." : "No: look at the text above once more."}`;
  });
  return `${text.trim()}\n\n:::quiz[${title}]\n${items.join("\n\n")}\n:::\n`;
}

function yaml(text: string, file: string): unknown {
  try {
    return load(text);
  } catch (error) {
    throw new LabError(
      { file },
      `this is not YAML: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

function parsed<T extends z.ZodType>(schema: T, value: unknown, file: string): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new LabError({ file }, result.error.issues[0]?.message ?? "not what an Instruqt track holds");
}
