// node scripts/mutate-guards.mjs [WORD …]: takes each guard of security/guards.json away, one at a time, in a copy of this
// tree, and expects its test to fail. WORD: only guards whose row, file or sentence has it. --intact leaves every guard where it
// is: then no test may fail, or its failure without the guard would say nothing. Takes long; no part of npm test.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readGuards, verdictOf, without } from "./lib/guards.mjs";
import { root } from "./lib/paths.mjs";

/** The longest of the tests, on a slow machine, and then some. */
const TEST_WITHIN_MS = 600_000;
const leftOut = new Set([
  "node_modules",
  ".git",
  ".next",
  ".cache",
  "dist",
  "data",
  "test-results",
  "coverage",
]);

const intact = process.argv.includes("--intact");
const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const expected = intact ? "NOT NOTICED" : "noticed";
const wanted = readGuards().filter((guard) =>
  words.every((word) =>
    Object.values(guard).some((value) => value === word || (word.length > 2 && value.includes(word))),
  ),
);
if (wanted.length === 0) {
  console.error("There is no such guard in security/guards.json.");
  process.exit(1);
}

const copy = mkdtempSync(path.join(tmpdir(), "mw-guards-"));
process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));
cpSync(root, copy, {
  recursive: true,
  filter: (file) => !leftOut.has(path.relative(root, file).split(path.sep)[0]),
});
symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));

const counts = new Map();
for (const guard of wanted) {
  const file = path.join(copy, guard.file);
  const text = readFileSync(file, "utf8");
  const less = without(text, guard);
  if (!intact) writeFileSync(file, less);
  const verdict = verdictOf(await run(guard), guard);
  writeFileSync(file, text);
  counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  console.log(
    `${verdict.padEnd(12)} ${guard.row}  ${guard.guard}\n${" ".repeat(17)}${guard.test}: ${guard.name}`,
  );
}
console.log([...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", "));
process.exit(counts.get(expected) === wanted.length ? 0 : 1);

/** vitest's report; undefined: it wrote none. */
function run({ test, name, after }) {
  const out = path.join(copy, "guard-report.json");
  rmSync(out, { force: true });
  const pattern = [name, after]
    .filter((one) => one !== undefined)
    .map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("|");
  const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(
    process.execPath,
    [vitest, "run", test, "-t", pattern, "--reporter=json", `--outputFile=${out}`],
    { cwd: copy, stdio: "ignore", timeout: TEST_WITHIN_MS, killSignal: "SIGTERM" },
  );
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => {
      try {
        resolve(JSON.parse(readFileSync(out, "utf8")));
      } catch {
        resolve(undefined); // it was ended, or never began
      }
    });
  });
}
