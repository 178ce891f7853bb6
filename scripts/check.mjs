// npm run check: format, lint, fences, types, unit. The quick half of npm test.
import { runChecks } from "./lib/checks.mjs";
import { runVitest } from "./lib/suites.mjs";

const checks = await runChecks();
const unit = await runVitest(process.argv.slice(2));
const failed = checks.failed.length + unit.failed;
console.log(`${checks.passed + unit.passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
