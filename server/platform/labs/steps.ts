import type { Heading, Root, RootContent } from "mdast";
import { toString as textOf } from "mdast-util-to-string";
import { stepId } from "../../contracts/index.ts";
import { LabError } from "./lab-error.ts";
import { limits } from "./limits.ts";
import { lineOf } from "./markdown.ts";

export interface MarkdownStep {
  readonly id: string;
  readonly title: string;
  /** Where its heading stands. */
  readonly line: number | undefined;
  readonly content: readonly RootContent[];
}

export interface MarkdownLab {
  readonly intro: readonly RootContent[];
  readonly steps: readonly MarkdownStep[];
}

/** A step is a second-level heading: `## Title {#id}`; without an id, the title's words make one. */
export function splitSteps(root: Root, file: string): MarkdownLab {
  const intro: RootContent[] = [];
  const steps: (MarkdownStep & { content: RootContent[] })[] = [];
  for (const node of root.children) {
    if (node.type === "yaml") continue;
    // The title stands in front matter; a first-level heading repeats it for readers on GitHub.
    if (node.type === "heading" && node.depth === 1) continue;
    if (node.type === "heading" && node.depth === 2) {
      const head = readHeading(node, file);
      if (steps.some((step) => step.id === head.id))
        throw new LabError(
          { file, line: lineOf(node) },
          `two steps have the id "${head.id}"; give one another {#id}`,
        );
      steps.push({ ...head, line: lineOf(node), content: [] });
      continue;
    }
    (steps.at(-1)?.content ?? intro).push(node);
  }
  if (steps.length === 0)
    throw new LabError({ file }, 'no steps: write a heading like "## Look around {#look}"');
  if (steps.length > limits.steps)
    throw new LabError({ file }, `more than ${limits.steps} steps; make two labs`);
  return { intro, steps };
}

function readHeading(heading: Heading, file: string): { id: string; title: string } {
  const text = textOf(heading).trim();
  const explicit = /^(.*?)\s*\{#([^}]*)\}$/.exec(text);
  const title = explicit?.[1] ?? text;
  const id = explicit?.[2] ?? slug(title);
  if (title === "" || !stepId.safeParse(id).success)
    throw new LabError(
      { file, line: lineOf(heading) },
      `"## ${text}" makes no step id; write "## Title {#id}" with lower-case words and dashes`,
    );
  return { id, title };
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 80);
}
