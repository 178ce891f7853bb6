// Runs Vitest and Playwright and counts, from their own JSON reports, what passed, failed or did not run.
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { inRoot } from "./paths.mjs";
import { capture } from "./run.mjs";

const reportFile = (suite) => inRoot("test-results", `${suite}.json`);
/** Shows a suite's own output as it comes. */
const show = (text) => process.stdout.write(text);

async function run(suite, args, env) {
  await mkdir(inRoot("test-results"), { recursive: true });
  await rm(reportFile(suite), { force: true });
  const { code } = await capture(process.execPath, args, {
    env: { ...process.env, ...env, FORCE_COLOR: undefined, NO_COLOR: "1" },
    onOutput: show,
  });
  const report = await readFile(reportFile(suite), "utf8").then(JSON.parse, () => undefined);
  return { code, report };
}

/**
 * A suite that died before it could count is one failure; so is a test that did not run.
 * @returns {{ passed: number, failed: number, failures: string[], unsteady: string[] }} `unsteady`: failed, then passed.
 */
function counted({ code, report }, count) {
  const { passed, failed, failures, unsteady } = report
    ? count(report)
    : { passed: 0, failed: 1, failures: ["the suite ended before it could report"], unsteady: [] };
  if (failed || code === 0 || unsteady.length > 0) return { passed, failed, failures, unsteady };
  return { passed, failed: 1, failures: [`the suite ended with exit code ${code}`], unsteady };
}

const vitest = (suite, args) =>
  run(
    suite,
    [
      inRoot("node_modules/vitest/vitest.mjs"),
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${reportFile(suite)}`,
      ...args,
    ],
    {},
  );

/** The files with a test that did not pass, or that could not be loaded. */
const failedFiles = (report) =>
  report.testResults.filter(
    ({ status, assertionResults }) =>
      status !== "passed" || assertionResults.some((test) => test.status !== "passed"),
  );

const failedTests = (report) =>
  failedFiles(report).flatMap(({ name, message, assertionResults }) => {
    const file = path.relative(inRoot(), name);
    const tests = assertionResults.filter(({ status }) => status !== "passed");
    if (tests.length === 0) return [`${file}: ${firstLines(message)}`];
    return tests.map(
      (test) => `${file} > ${test.fullName}: ${firstLines(test.failureMessages?.[0] ?? test.status)}`,
    );
  });

const firstLines = (text, length = 400) => text.trim().slice(0, length);
/** More files than this are no accident of timing: they are not tried again. */
const MOST_TRIED_AGAIN = 5;

/** A file that fails is tried once more by itself, when nothing else is running: what passes then is named as unsteady. */
export async function runVitest(filters = []) {
  const first = await vitest("vitest", filters);
  const summary = counted(first, (report) => ({
    passed: report.numPassedTests,
    failed: Math.max(report.numTotalTests - report.numPassedTests, failedFiles(report).length ? 1 : 0),
    failures: failedTests(report),
    unsteady: [],
  }));
  const files = first.report ? failedFiles(first.report).map(({ name }) => name) : [];
  if (files.length === 0 || files.length > MOST_TRIED_AGAIN) return summary;
  show(`\nTrying ${files.length === 1 ? "the failed file" : `${files.length} failed files`} once more\n`);
  const { report } = await vitest("vitest-again", ["--no-file-parallelism", ...files]);
  if (!report) return summary;
  const before = failedFiles(first.report).flatMap(({ assertionResults }) => assertionResults);
  const passedBefore = before.filter(({ status }) => status === "passed").length;
  const failures = failedTests(report);
  return {
    passed: summary.passed - passedBefore + report.numPassedTests,
    failed: Math.max(report.numTotalTests - report.numPassedTests, failures.length ? 1 : 0),
    failures,
    unsteady: summary.failures.filter((text) => !failures.some((other) => named(other) === named(text))),
  };
}

/** A failure without its message. */
const named = (failure) => failure.split(": ")[0];

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
      "--retries=1",
      ...filters,
    ],
    env,
  );
  return counted(outcome, ({ stats, suites }) => {
    const specs = allSpecs(suites);
    const told = (status) =>
      specs.flatMap(({ file, title, tests }) =>
        tests
          .filter((test) => test.status === status)
          .map((test) => `e2e/${file} > ${title}: ${whyFailed(test.results)}`),
      );
    return {
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected + stats.skipped,
      failures: [...told("unexpected"), ...told("skipped")],
      unsteady: told("flaky"),
    };
  });
}

const allSpecs = (suites = []) =>
  suites.flatMap((suite) => [...(suite.specs ?? []), ...allSpecs(suite.suites)]);

function whyFailed(results) {
  const message = results.map(({ error }) => error?.message).find(Boolean) ?? "did not run";
  return firstLines(stripVTControlCharacters(message));
}
