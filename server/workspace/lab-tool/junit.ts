import type { LabReport } from "./test-labs.ts";

/** The reports as CI systems read them: a suite for each lab and release, a case for each step. */
export function junit(reports: readonly LabReport[]): string {
  const suites = reports.map(({ lab, istioVersion, steps }) => {
    const failures = steps.filter((step) => step.faults.length > 0).length;
    const time = steps.reduce((sum, step) => sum + step.seconds, 0).toFixed(1);
    const cases = steps.map(({ step, seconds, faults }) => {
      const head = `    <testcase classname="${escaped(lab)}" name="${escaped(step)}" time="${seconds.toFixed(1)}"`;
      if (faults.length === 0) return `${head}/>`;
      const failure = faults.map(
        ({ file, line, problem }) =>
          `      <failure message="${escaped(problem.split("\n")[0] ?? "")}">${escaped(`${file}:${line ?? 1}: ${problem}`)}</failure>`,
      );
      return [`${head}>`, ...failure, "    </testcase>"].join("\n");
    });
    const name = escaped(`${lab} (Istio ${istioVersion})`);
    return [
      `  <testsuite name="${name}" tests="${steps.length}" failures="${failures}" time="${time}">`,
      ...cases,
      "  </testsuite>",
    ].join("\n");
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", ...suites, "</testsuites>", ""].join(
    "\n",
  );
}

/** XML 1.0 has no place for most control characters, escaped or not. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, "�")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
