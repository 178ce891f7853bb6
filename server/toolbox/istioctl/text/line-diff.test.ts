import { expect, it } from "vitest";
import { lineDiff } from "./line-diff.ts";

it.each([
  ["a\nb\n", "a\nb\n", ""],
  ["a\nb\nc\n", "a\nx\nc\n", " a\n-b\n+x\n c\n "],
  ["", "a", "-\n+a"],
  ["a\nb", "b", "-a\n b"],
  ["b", "a\nb", "+a\n b"],
  ["a\nb\nc\na\nb\nb\na", "c\nb\na\nb\na\nc", "-a\n-b\n c\n+b\n a\n b\n-b\n a\n+c"],
])("%j and %j", (a, b, shown) => {
  expect(lineDiff(a, b)).toBe(shown);
});

it("both texts can be read off it", () => {
  const words = "the quick brown fox jumps over the lazy dog and the quick brown fox jumps again".split(" ");
  const a = words.join("\n");
  const b = words.filter((_, index) => index % 3 !== 1).join("\n");
  const lines = lineDiff(a, b).split("\n");
  const side = (sign: string) =>
    lines.filter((line) => line.startsWith(" ") || line.startsWith(sign)).map((line) => line.slice(1));
  expect([side("-").join("\n"), side("+").join("\n")]).toEqual([a, b]);
});
