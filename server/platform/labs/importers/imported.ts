import { dump } from "js-yaml";

/** A folder of another platform, read. Paths are relative and use "/". */
export interface SourceFolder {
  /** Undefined: there is no such file. */
  read(path: string): string | undefined;
  readonly paths: readonly string[];
}

export interface ImportedStep {
  readonly id: string;
  readonly title: string;
  /** Markdown in our format, without the heading. */
  readonly body: string;
  /** Text of the script that judges the step. */
  readonly check?: string | undefined;
  /** Said when the check fails, when the script itself says it. */
  readonly message?: string | undefined;
  /** Text of the script that does the step. */
  readonly solve?: string | undefined;
}

export interface ImportedLab {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly intro: string;
  readonly minutes: number;
  readonly steps: readonly ImportedStep[];
  /** Scripts that prepare the lab, in order. */
  readonly prepare: readonly string[];
  /** Files for the learner's workshop folder, by path. */
  readonly assets: ReadonlyMap<string, string>;
  /** What could not be carried over, and what an author has to look at. */
  readonly report: readonly string[];
}

export interface LabFiles {
  /** lab.md */
  readonly text: string;
  /** Below the workshop's `files` folder. */
  readonly files: ReadonlyMap<string, string>;
  readonly report: readonly string[];
}

/** The lab as the files of our format. Scripts become files beside each other; conditions run them by name. */
export function labFiles(lab: ImportedLab): LabFiles {
  const folder = `imported/${lab.id}`;
  const files = new Map([...lab.assets].map(([path, text]) => [`${folder}/${path}`, text]));
  const script = (name: string, text: string): string => {
    files.set(`${folder}/${name}`, text);
    return `bash ${folder}/${name}`;
  };
  const prepare = lab.prepare.map((text, index) => script(`prepare-${index + 1}.sh`, text));
  const judged = lab.steps.filter((step) => step.check !== undefined);
  const solved = lab.steps.filter((step) => step.solve !== undefined);
  const front = {
    ...{ id: lab.id, title: lab.title, summary: lab.summary, minutes: lab.minutes },
    ...(prepare.length > 0 && { prepare: { commands: prepare } }),
    ...(judged.length > 0 && {
      checks: Object.fromEntries(
        judged.map(({ id, title, check = "", message }) => [
          id,
          [
            {
              ...{ id: "verified", title: `Done: ${title}`.slice(0, 120) },
              message: message ?? `The check of "${title}" does not pass yet.`,
              next: "Read the step again; its last command brings it about.",
              run: { command: script(`check-${id}.sh`, check), expect: { exitCode: 0 } },
            },
          ],
        ]),
      ),
    }),
    ...(solved.length > 0 && {
      solve: Object.fromEntries(solved.map(({ id, solve = "" }) => [id, [script(`solve-${id}.sh`, solve)]])),
    }),
  };
  const body = lab.steps.map(({ id, title, body: text }) => `## ${title} {#${id}}\n\n${text.trim()}\n`);
  const text = `---\n${dump(front, { lineWidth: -1 })}---\n\n# ${lab.title}\n\n${lab.intro.trim()}\n\n${body.join("\n")}`;
  return { text, files, report: lab.report };
}

/** Lower-case words with dashes, as ids are. */
export const idOf = (words: string): string =>
  words
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60)
    .replace(/-+$/, "") || "imported";

/** Some 180 words a minute, and a minute for each command. */
export function minutesOf(texts: readonly string[]): number {
  const words = texts.join(" ").split(/\s+/).length;
  const commands = texts.join("\n").match(/```bash run/g)?.length ?? 0;
  return Math.max(5, Math.ceil(words / 180 + commands));
}

/** Ids that no two steps share. */
export function distinct(ids: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return ids.map((id) => {
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return count === 1 ? id : `${id}-${count}`;
  });
}

/** Headings of a step's own text: the second level is ours. Inside fenced blocks nothing is a heading. */
export function lowerHeadings(markdown: string): string {
  let fenced = false;
  return markdown
    .split("\n")
    .map((line) => {
      if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
      return fenced ? line : line.replace(/^(#{1,2})(?=\s)/, "###");
    })
    .join("\n");
}
