import type { Element, ElementContent } from "hast";
import type { ListItem, Paragraph, Root } from "mdast";
import type { ContainerDirective } from "mdast-util-directive";
import { forEachParent } from "./blocks.ts";
import { LabError } from "./lab-error.ts";
import { limits } from "./limits.ts";
import { lineOf } from "./markdown.ts";

// A quiz is a box with a question as its label and a task list: `- [x]` is a right answer, `- [ ]` a wrong one, and the
// paragraphs below an answer are what a learner reads after choosing it. On GitHub it reads as a task list.

/** Refuses quizzes that cannot be answered or do not teach. */
export function checkQuizzes(root: Root, file: string): void {
  forEachParent(root, (parent) => {
    if (parent.type !== "containerDirective" || parent.name !== "quiz") return;
    const where = { file, line: lineOf(parent) };
    const items = answersOf(parent);
    const label = parent.children[0];
    if (label?.type !== "paragraph" || label.data?.directiveLabel !== true)
      throw new LabError(where, 'a quiz needs its question: write ":::quiz[Who signs the certificate?]"');
    if (items.length < 2 || items.length > limits.quizAnswers)
      throw new LabError(
        where,
        `a quiz has 2 to ${limits.quizAnswers} answers: write a list of "- [ ]" and "- [x]"`,
      );
    if (!items.some((item) => item.checked === true) || !items.some((item) => item.checked === false))
      throw new LabError(where, 'a quiz needs a right answer, "- [x]", and a wrong one, "- [ ]"');
    for (const item of items) {
      const at = { file, line: lineOf(item) };
      if (item.checked == null) throw new LabError(at, 'an answer begins with "- [x]" or "- [ ]"');
      if (item.children.length < 2)
        throw new LabError(
          at,
          "an answer needs feedback: an indented paragraph below it, with an empty line between",
        );
    }
  });
}

function answersOf(quiz: ContainerDirective): ListItem[] {
  return quiz.children.flatMap((child) => (child.type === "list" ? child.children : []));
}

/** What a translated question is called in reports: they count one question, in whatever language it was read. */
const keys = new WeakMap<ContainerDirective, string>();
export const quizKey = (quiz: ContainerDirective): string | undefined => keys.get(quiz);
export function setQuizKey(quiz: ContainerDirective, key: string): void {
  keys.set(quiz, key);
}

/** "x" for a right answer, "-" for a wrong one, in order. */
export const answerPattern = (quiz: ContainerDirective): string =>
  answersOf(quiz)
    .map((item) => (item.checked === true ? "x" : "-"))
    .join("");

export type ToHast = (children: readonly ListItem["children"][number][]) => ElementContent[];

/** The answers as a page gives life to them; see contracts/lab.ts. */
export function quizElements(quiz: ContainerDirective, toHast: ToHast): ElementContent[] {
  const [, ...rest] = quiz.children;
  const before = rest.filter((child) => child.type !== "list");
  const answers = answersOf(quiz).map((item): Element => {
    const [answer, ...feedback] = item.children;
    const children: ElementContent[] = [
      ...toHast(answer ? [answer] : []),
      element("div", { dataKind: "feedback" }, toHast(feedback)),
    ];
    return element("li", { dataAnswer: item.checked === true ? "right" : "wrong" }, children);
  });
  return [...toHast(before), element("ul", {}, answers)];
}

export function isMultiple(quiz: ContainerDirective): boolean {
  return answersOf(quiz).filter((item) => item.checked === true).length > 1;
}

export function labelText(label: Paragraph): string {
  return label.children.map((child) => ("value" in child ? child.value : "")).join("");
}

function element(tagName: string, properties: Element["properties"], children: ElementContent[]): Element {
  return { type: "element", tagName, properties, children };
}
