// The checks that read the code: format, lint, fences, types. Each is one passed or failed test.
import { inRoot } from "./paths.mjs";
import { capture, tail } from "./run.mjs";

const node = process.execPath;
const biome = inRoot("node_modules/@biomejs/biome/bin/biome");

const checks = [
  { name: "format", args: [biome, "format", "."] },
  { name: "lint", args: [biome, "lint", "--diagnostic-level=error", "."] },
  { name: "fences", args: [inRoot("scripts/fences.mjs")] },
  { name: "page types", args: [inRoot("node_modules/next/dist/bin/next"), "typegen"] },
  { name: "types", args: [inRoot("node_modules/typescript/bin/tsc"), "--noEmit", "-p", "."] },
];

/** Runs all checks; prints the findings of those that fail. */
export async function runChecks(print = console.log) {
  const result = { passed: 0, failed: [] };
  for (const { name, args } of checks) {
    const { code, output } = await capture(node, args, {
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
    });
    if (code === 0) result.passed++;
    else {
      result.failed.push(name);
      print(`✘ ${name}\n${tail(output, 60)}\n`);
    }
  }
  return result;
}
