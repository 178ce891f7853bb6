import type { HastNode } from "../../server/contracts/index.ts";

export interface QuizNode {
  readonly question: string;
  /** What the question is called in reports, in whatever language it is read. */
  readonly reportedAs: string;
  readonly multiple: boolean;
  /** Between the question and the answers. */
  readonly intro: HastNode;
  readonly answers: readonly {
    readonly right: boolean;
    readonly label: HastNode;
    readonly feedback: HastNode | undefined;
  }[];
}

const fragment = (children: readonly HastNode[]): HastNode => ({ type: "root", children });
const property = ({ properties = {} }: HastNode, name: string): unknown =>
  properties[name] ?? properties[name.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase())];

/** Reads the parts of a quiz; the contract says how it is built (contracts/lab.ts). */
export function quizNode(aside: HastNode): QuizNode {
  const children = aside.children ?? [];
  const list = children.find(({ tagName }) => tagName === "ul");
  const items = (list?.children ?? []).filter(({ tagName }) => tagName === "li");
  const question = String(property(aside, "data-title") ?? "");
  return {
    question,
    reportedAs: String(property(aside, "data-key") ?? question),
    multiple: String(property(aside, "data-multiple")) === "true",
    intro: fragment(children.filter((child) => child !== list)),
    answers: items.map((item) => {
      const parts = item.children ?? [];
      const isFeedback = (part: HastNode) => property(part, "data-kind") === "feedback";
      const feedback = parts.find(isFeedback);
      const label = parts.filter((part) => !isFeedback(part));
      return {
        right: property(item, "data-answer") === "right",
        // A label is a line: what was a paragraph of its own is its words.
        label: fragment(label.flatMap((part) => (part.tagName === "p" ? (part.children ?? []) : [part]))),
        feedback: feedback && fragment(feedback.children ?? []),
      };
    }),
  };
}
