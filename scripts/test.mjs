// npm test: installs what it needs, a browser included, then format, lint, fences, types, unit, integration, browser.
// Ends with one plain line "N passed, N failed". What could not run is a failure that says what to install.
import { existsSync } from "node:fs";
import { runChecks } from "./lib/checks.mjs";
import { aptInstall, provideChromium } from "./lib/chromium.mjs";
import { checkTools } from "./lib/machine.mjs";
import { buildPages, bundle, checkMachine, generateCode, installPackages } from "./lib/prepare.mjs";
import { exitWith, Refusal, runStages } from "./lib/stages.mjs";
import { runPlaywright, runVitest } from "./lib/suites.mjs";

/** Programs the tests drive, with Debian's package for each. */
async function provideTools() {
  const missing = checkTools()
    .filter(({ ok, found }) => !ok || found.startsWith("missing"))
    .map(({ name }) => name);
  if (!missing.length || (await aptInstall(missing)))
    return missing.length ? `installed ${missing.join(", ")}` : "all here";
  throw new Refusal(`The tests need ${missing.join(", ")}.`, [
    `Debian, as root: apt-get install ${missing.join(" ")}`,
  ]);
}

const tally = { passed: 0, failed: 0 };
let chromium;
const suite = (work) => async () => {
  const { passed, failed } = await work();
  tally.passed += passed;
  tally.failed += failed;
  return `${passed} passed, ${failed} failed`;
};

try {
  process.env.NEXT_TELEMETRY_DISABLED = "1";
  await runStages([
    { title: "Looking at this machine", run: checkMachine },
    { title: "Installing packages", run: installPackages },
    { title: "Looking for the tools that tests drive", run: provideTools },
    { title: "Looking for a browser", run: async () => (chromium = await provideChromium()) },
    { title: "Generating code", run: generateCode },
    {
      title: "Format, lint, fences, types",
      run: suite(async () => {
        const { passed, failed } = await runChecks();
        return { passed, failed: failed.length };
      }),
    },
    { title: "Bundling servers and tools", run: bundle },
    { title: "Building pages", run: buildPages },
    { title: "Unit and integration tests", run: suite(() => runVitest()) },
    ...(existsSync("e2e") ? [{ title: "Browser tests", run: suite(() => runPlaywright(chromium)) }] : []),
  ]);
} catch (error) {
  if (!(error instanceof Refusal)) exitWith(error);
  console.error(`\n✘ ${error.message}\n${error.advice.map((line) => `  → ${line}`).join("\n")}`);
  tally.failed++;
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed ? 1 : 0);
