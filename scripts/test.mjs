// npm test: installs what it needs, a browser included, then format, lint, fences, types, unit, integration, browser.
// Ends with one plain line "N passed, N failed". What could not run is a failure that says what to install.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { runChecks } from "./lib/checks.mjs";
import { aptInstall, provideChromium } from "./lib/chromium.mjs";
import { checkTools, missingForSandbox, which } from "./lib/machine.mjs";
import { buildPages, bundle, checkMachine, generateCode, installPackages } from "./lib/prepare.mjs";
import { exitWith, Refusal, runStages } from "./lib/stages.mjs";
import { runPlaywright, runVitest } from "./lib/suites.mjs";

const postgres = () => which("postgres") ?? debianPostgres();

/** Debian keeps the server's programs off PATH, one folder per release. */
function debianPostgres() {
  const base = "/usr/lib/postgresql";
  const releases = existsSync(base) ? readdirSync(base) : [];
  return releases.map((release) => `${base}/${release}/bin/postgres`).find((file) => existsSync(file));
}

/** Debian would start a server of its own; the tests start theirs, in a folder of their own. */
function keepPostgresStopped() {
  const file = "/etc/postgresql-common/createcluster.conf";
  if (process.getuid?.() !== 0 || existsSync(file)) return;
  mkdirSync("/etc/postgresql-common", { recursive: true });
  writeFileSync(file, "create_main_cluster = false\n");
}

/** Programs the tests drive, by the name of Debian's package. */
async function provideTools() {
  const lacks = () => [
    ...checkTools()
      .filter(({ found }) => found.startsWith("missing"))
      .map(({ name }) => name),
    ...(postgres() ? [] : ["postgresql"]),
  ];
  // Without these the sandbox's tests still run: they then hold the product to saying what is missing.
  const missing = [...lacks(), ...missingForSandbox()];
  if (missing.length === 0) return "all here";
  if (missing.includes("postgresql")) keepPostgresStopped();
  await aptInstall(missing);
  const still = lacks();
  if (still.length === 0) {
    const without = missingForSandbox();
    return without.length === 0
      ? `installed ${missing.join(", ")}`
      : `no sandbox without ${without.join(", ")}`;
  }
  throw new Refusal(`The tests need ${still.join(", ")}.`, [
    `Debian, as root: apt-get install ${still.join(" ")}`,
  ]);
}

const tally = { passed: 0, failed: 0, failures: [], unsteady: [] };
let chromium;
const suite = (work) => async () => {
  const { passed, failed, failures = [], unsteady = [] } = await work();
  tally.passed += passed;
  tally.failed += failed;
  tally.failures.push(...failures);
  tally.unsteady.push(...unsteady);
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
        return { passed, failed: failed.length, failures: failed };
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
for (const text of tally.unsteady) console.log(`unsteady (passed at the second try): ${text}\n`);
for (const text of tally.failures) console.log(`✘ ${text}\n`);
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed ? 1 : 0);
