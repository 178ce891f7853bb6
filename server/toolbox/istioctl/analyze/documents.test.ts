import { expect, it } from "vitest";
import { parseDocuments } from "./documents.ts";

it("knows the line of every value, over all documents", () => {
  const { documents, problems } = parseDocuments(
    "\n# first\na: 1\nb:\n  - x\n  - {c: y,\n     d: z}\n---\n---\n\ne:\n  f: |\n    text\n  g:\n",
  );
  expect(problems).toEqual([]);
  expect(
    documents.map(({ value, line, lines }) => ({ value, line, lines: Object.fromEntries(lines) })),
  ).toEqual([
    {
      value: { a: 1, b: ["x", { c: "y", d: "z" }] },
      line: 2,
      lines: { a: 3, "b[0]": 5, "b[1].c": 6, "b[1].d": 7 },
    },
    { value: { e: { f: "text\n", g: null } }, line: 11, lines: { "e.f": 12, "e.g": 14 } },
  ]);
});

it("goes on after a document that is none", () => {
  const { documents, problems } = parseDocuments("a: [\n---\nb: 1\n");
  expect(documents.map(({ value }) => value)).toEqual([{ b: 1 }]);
  expect(problems).toEqual([expect.stringContaining("[0]: failed converting YAML to JSON: yaml: ")]);
});

it("refuses a document whose aliases multiply it, and one that is too deep", () => {
  const levels = Array.from({ length: 9 }, (_, index) => {
    const inner = index === 0 ? "x" : `*l${index - 1}`;
    return `l${index}: &l${index} [${Array.from({ length: 10 }, () => inner).join(", ")}]`;
  });
  expect(parseDocuments(levels.join("\n"))).toEqual({
    documents: [],
    problems: ["[0]: failed converting YAML to JSON: yaml: document contains more than 1000000 values"],
  });
  expect(parseDocuments(`${"[".repeat(2_000)}${"]".repeat(2_000)}`).problems).toEqual([
    expect.stringContaining("nesting exceeded maxDepth"),
  ]);
});
