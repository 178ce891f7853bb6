import { expect, it } from "vitest";
import type { HastNode } from "../../server/contracts/index.ts";
import { quizNode } from "./quiz-node.ts";

const text = (value: string): HastNode => ({ type: "text", value });
const element = (tagName: string, children: HastNode[], properties = {}): HastNode => ({
  type: "element",
  tagName,
  properties,
  children,
});

it("reads question, answers and what is said to each", () => {
  const aside = element(
    "aside",
    [
      element("p", [text("Think.")]),
      element("ul", [
        text("\n"),
        element(
          "li",
          [
            element("p", [text("STRICT")]),
            element("div", [element("p", [text("Yes.")])], { "data-kind": "feedback" }),
          ],
          { "data-answer": "right" },
        ),
        element("li", [element("p", [text("DISABLE")])], { dataAnswer: "wrong" }),
      ]),
    ],
    { dataKind: "quiz", dataTitle: "Which mode?", dataMultiple: "true" },
  );
  expect(quizNode(aside)).toEqual({
    question: "Which mode?",
    reportedAs: "Which mode?",
    multiple: true,
    intro: { type: "root", children: [element("p", [text("Think.")])] },
    answers: [
      {
        right: true,
        label: { type: "root", children: [text("STRICT")] },
        feedback: { type: "root", children: [element("p", [text("Yes.")])] },
      },
      { right: false, label: { type: "root", children: [text("DISABLE")] }, feedback: undefined },
    ],
  });
});
