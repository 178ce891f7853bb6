import fc from "fast-check";
import { expect, it } from "vitest";
import { diffLines, unifiedLines } from "./diff.ts";

it("says what was taken out and what was put in, with a few lines around it", () => {
  const before = ["a", "b", "c", "d", "e", "mode: PERMISSIVE", "f"].join("\n");
  const after = before.replace("PERMISSIVE", "STRICT");
  expect(diffLines(before, after)).toEqual([
    { kind: "gap", text: "2 equal lines" },
    { kind: "same", text: "c" },
    { kind: "same", text: "d" },
    { kind: "same", text: "e" },
    { kind: "removed", text: "mode: PERMISSIVE" },
    { kind: "added", text: "mode: STRICT" },
    { kind: "same", text: "f" },
  ]);
  expect(diffLines("a\nb", "a\nb")).toEqual([]);
});

it("leads from any text to any other", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before.join("\n"), after.join("\n"));
      if (lines.length === 0) {
        expect(after).toEqual(before);
        return;
      }
      const hidden = lines
        .filter(({ kind }) => kind === "gap")
        .reduce((sum, line) => sum + Number.parseInt(line.text, 10), 0);
      const of = (...kinds: string[]) =>
        lines.filter(({ kind }) => kinds.includes(kind)).map((line) => line.text);
      expect(of("same", "removed").length + hidden).toBe(before.length);
      expect(of("same", "added").length + hidden).toBe(after.length);
      if (hidden > 0) return;
      expect(of("same", "removed")).toEqual(before);
      expect(of("same", "added")).toEqual(after);
    }),
  );
});

it("reads kubectl's diff", () => {
  const diff = `diff -u -N /tmp/LIVE-1/x /tmp/MERGED-2/x
--- /tmp/LIVE-1/x\t2026-11-23
+++ /tmp/MERGED-2/x\t2026-11-23
@@ -4,7 +4,7 @@
   name: default
-    mode: PERMISSIVE
+    mode: STRICT
`;
  expect(unifiedLines(diff)).toEqual([
    { kind: "gap", text: "@@ -4,7 +4,7 @@" },
    { kind: "same", text: "  name: default" },
    { kind: "removed", text: "    mode: PERMISSIVE" },
    { kind: "added", text: "    mode: STRICT" },
  ]);
});
