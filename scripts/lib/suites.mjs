// Runs Vitest and Playwright and counts, from their own JSON reports, what passed, failed or did not run.
import { mkdir, readFile, rm } from "node:fs/promises";
import { inRoot } from "./paths.mjs";
import { capture } from "./run.mjs";

const reportFile = (suite) => inRoot("test-results", `${suite}.json`);
/** Shows a suite's own output as it comes. */
const show = (text) => process.stdout.write(text);

async function run(suite, args, env) {
  await mkdir(inRoot("test-results"), { recursive: true });
  await rm(reportFile(suite), { force: true });
  const { code } = await capture(process.execPath, args, {
    env: { ...process.env, ...env, FORCE_COLOR: "0" },
    onOutput: show,
  });
  const report = await readFile(reportFile(suite), "utf8").then(JSON.parse, () => undefined);
  return { code, report };
}

/** A suite that died before it could count is one failure; so is a test that did not run. */
function counted({ code, report }, count) {
  const { passed, failed } = report ? count(report) : { passed: 0, failed: 1 };
  return { passed, failed: failed || code === 0 ? failed : 1 };
}

export async function runVitest(filters = []) {
  const outcome = await run(
    "vitest",
    [
      inRoot("node_modules/vitest/vitest.mjs"),
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${reportFile("vitest")}`,
      ...filters,
    ],
    {},
  );
  return counted(outcome, (report) => ({
    passed: report.numPassedTests,
    failed: report.numTotalTests - report.numPassedTests,
  }));
}

export async function runPlaywright(chromium, filters = []) {
  const env = {
    CHROMIUM: chromium,
    PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile("playwright"),
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1",
  };
  const outcome = await run(
    "playwright",
    [
      inRoot("node_modules/@playwright/test/cli.js"),
      "test",
      "--config",
      "e2e/playwright.config.ts",
      "--reporter=list,json",
      ...filters,
    ],
    env,
  );
  return counted(outcome, ({ stats }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + stats.skipped,
  }));
}
