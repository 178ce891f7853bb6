import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unifiedDiff } from "./unified-diff.ts";

const options = { from: "a", to: "b", context: 1 };

describe("unifiedDiff", () => {
  it("says nothing of equal texts", () => {
    expect(unifiedDiff("x\ny", "x\ny", options)).toBe("");
  });

  it("shows what went and what came, with context", () => {
    expect(unifiedDiff("1\n2\n3\n4\n5\n6\n7", "1\n2\nthree\n4\n5\n6\n6b\n7", options)).toBe(
      [
        "--- a",
        "+++ b",
        "@@ -2,3 +2,3 @@",
        " 2",
        "-3",
        "+three",
        " 4",
        "@@ -6,2 +6,3 @@",
        " 6",
        "+6b",
        " 7",
        "",
      ].join("\n"),
    );
  });

  it("joins changes that are near each other", () => {
    expect(unifiedDiff("1\n2\n3", "one\n2\nthree", options)).toBe(
      ["--- a", "+++ b", "@@ -1,3 +1,3 @@", "-1", "+one", " 2", "-3", "+three", ""].join("\n"),
    );
  });

  it("can be applied: what is kept and added is the new text, what is kept and removed the old one", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = unifiedDiff(before.join("\n"), after.join("\n"), { ...options, context: 100 });
        const lines = diff === "" ? before.map((line) => ` ${line}`) : diff.split("\n").slice(3, -1);
        const side = (without: string) =>
          lines.filter((line) => !line.startsWith(without)).map((line) => line.slice(1));
        expect(side("+")).toEqual(before);
        expect(side("-")).toEqual(after);
      }),
    );
  });
});
