// Checks the walls of .dependency-cruiser.cjs over everything that is ours.
import swc from "@swc/core";

// dependency-cruiser hands every file to swc as plain TypeScript; a page needs JSX said to be there.
const { parseFileSync } = swc;
swc.parseFileSync = (file, options) => parseFileSync(file, { ...options, tsx: file.endsWith(".tsx") });

const { cruise } = await import("dependency-cruiser");
const { default: extractConfig } = await import("dependency-cruiser/config-utl/extract-depcruise-config");

const { options, ...ruleSet } = await extractConfig("./.dependency-cruiser.cjs");
const folders = ["app", "components", "server", "bench", "e2e"];
const { output, exitCode } = await cruise(folders, {
  ...options,
  ruleSet,
  validate: true,
  outputType: "err",
});
console.log(output);
process.exit(exitCode ? 1 : 0);
