import type { InlineCode, Link, RootContent } from "mdast";
import type { ContainerDirective } from "mdast-util-directive";
import { asideKind, blockKind, forEachParent, inlineAction } from "./blocks.ts";
import { isDiagram } from "./diagrams.ts";
import { LabError } from "./lab-error.ts";
import { lineOf } from "./markdown.ts";
import { answerPattern } from "./quiz.ts";
import type { MarkdownLab } from "./steps.ts";

// A translation says the same as its lab in other words. What a learner does must be the same to the letter: proofs are
// made of the lab alone.

interface Sides {
  /** Of the lab itself. */
  readonly base: MarkdownLab;
  readonly translation: MarkdownLab;
  readonly baseFile: string;
  readonly file: string;
}

/** Throws LabError at the first place where a translation does something else than the lab. */
export function refuseDrift(sides: Sides): void {
  const { base, translation, file, baseFile } = sides;
  const ids = base.steps.map(({ id }) => id);
  const given = translation.steps.map(({ id }) => id);
  const at = ids.findIndex((id, index) => given[index] !== id);
  if (at >= 0 || given.length > ids.length)
    throw new LabError(
      { file, line: translation.steps[at >= 0 ? at : ids.length]?.line },
      `the steps are ${given.join(", ")}, and in ${baseFile} ${ids.join(", ")}; write the same ids in the same order: "## Title {#${ids[at] ?? ids[0]}}"`,
    );
  sameContent(sides, "before the first step", [base.intro, translation.intro]);
  for (const [index, step] of base.steps.entries())
    sameContent(sides, `step "${step.id}"`, [step.content, translation.steps[index]?.content ?? []]);
}

type Pair = readonly [base: readonly RootContent[], translation: readonly RootContent[]];

function sameContent({ file, baseFile }: Sides, where: string, [base, translation]: Pair): void {
  const there = inOrder(base);
  const here = inOrder(translation);
  const at = Math.max(there.length, here.length);
  for (let index = 0; index < at; index++) {
    const [expected, found] = [there[index], here[index]];
    if (expected?.says === found?.says) continue;
    const place = expected
      ? `${baseFile}:${expected.line} has ${short(expected.says)}`
      : `${baseFile} has nothing more`;
    throw new LabError(
      { file, line: found?.line ?? last(translation) },
      `${where}: ${found ? short(found.says) : "nothing more"} stands where ${place}; a translation does the same`,
    );
  }
  // Sentences are built otherwise in another language: what stands within them may stand in another order.
  const [wanted, given] = [inSentences(base), inSentences(translation)];
  const missing = wanted.find((one) => count(given, one) < count(wanted, one));
  const extra = given.find((one) => count(given, one) > count(wanted, one));
  if (missing || extra)
    throw new LabError(
      { file, line: extra?.line ?? last(translation) },
      `${where}: ${missing ? `${short(missing.says)} of ${baseFile}:${missing.line} is missing` : `${short(extra?.says ?? "")} is not in ${baseFile}`}; a translation does the same`,
    );
}

interface Mark {
  readonly says: string;
  readonly line: number | undefined;
}

/** What stands in blocks of its own: commands, outputs, files, boxes, quizzes, diagrams. */
function inOrder(content: readonly RootContent[]): Mark[] {
  return marks(content, (node) => {
    if (node.type === "code") {
      const block = blockKind(node);
      if (block.kind === "plain") return undefined;
      const file = block.kind === "file" || block.kind === "create" ? `=${block.path}` : "";
      // How a command ends is said behind "run".
      const name = block.kind === "run" ? (node.meta ?? "") : block.kind;
      return `${name}${file} "${node.value}"`;
    }
    if (node.type === "image") return isDiagram(node) ? "a diagram" : undefined;
    if (node.type !== "containerDirective" || !asideKind(node.name)) return undefined;
    return node.name === "quiz" ? `a quiz with the answers ${answerPattern(node)}` : `:::${node.name}`;
  });
}

function inSentences(content: readonly RootContent[]): Mark[] {
  return marks(content, (node) => {
    if (node.type === "inlineCode") return actionOf(node);
    return node.type === "link" ? targetOf(node) : undefined;
  });
}

function actionOf(node: InlineCode): string | undefined {
  const action = inlineAction(node);
  return action && `\`${node.value}\`{{${action}}}`;
}

/** Pages of the world may be other ones in another language; what the lab page does may not. */
const targetOf = ({ url }: Link): string | undefined =>
  /^(#|tab:|\/labs\/)/.test(url) ? `the link ${url}` : undefined;

function marks(content: readonly RootContent[], says: (node: RootContent) => string | undefined): Mark[] {
  const found: Mark[] = [];
  forEachParent({ type: "root", children: [...content] }, (parent) => {
    for (const child of parent.children) {
      const text = says(child);
      if (text !== undefined) found.push({ says: text, line: lineOf(child) });
    }
  });
  return found.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** The quizzes of a lab, in the order in which they stand. */
export function quizzesOf({ intro, steps }: MarkdownLab): ContainerDirective[] {
  const found: ContainerDirective[] = [];
  const children = [...intro, ...steps.flatMap(({ content }) => content)];
  forEachParent({ type: "root", children }, (parent) => {
    if (parent.type === "containerDirective" && parent.name === "quiz") found.push(parent);
  });
  return found;
}

const count = (all: readonly Mark[], one: Mark) => all.filter(({ says }) => says === one.says).length;
const last = (content: readonly RootContent[]) => content.at(-1)?.position?.end.line;

function short(text: string): string {
  const line = text.replaceAll("\n", "↵");
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}
