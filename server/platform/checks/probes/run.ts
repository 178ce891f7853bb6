import type { ConditionProbe } from "../../labs/index.ts";
import type { ProbeContext } from "../context.ts";
import { limits } from "../limits.ts";
import { type Outcome, shorten } from "../outcome.ts";

type RunProbe = Extract<ConditionProbe, { type: "run" }>["run"];

/** A command of the author's, in the learner's folder, ends as it should. */
export async function probeRun(probe: RunProbe, context: ProbeContext): Promise<Outcome> {
  const result = await context.runCommand({ command: probe.command, signal: context.signal });
  const output = [result.stdout, result.stderr].filter((text) => text.trim() !== "").join("\n");
  const evidence = { command: probe.command, output };
  if (result.exitCode === 127)
    return {
      kind: "unknown",
      why: `a program that the check needs is missing: ${result.stderr.trim()}`,
      evidence,
    };
  const { exitCode, contains } = probe.expect;
  if (result.exitCode !== exitCode) {
    const said = shorten(result.stderr || result.stdout, limits.actualChars).split("\n")[0] ?? "";
    return {
      kind: "failed",
      expected: `exit code ${exitCode}`,
      actual: `exit code ${result.exitCode}${said === "" ? "" : `: ${said}`}`,
      evidence,
    };
  }
  if (contains !== undefined && !result.stdout.includes(contains))
    return {
      kind: "failed",
      expected: `"${contains}" in the output`,
      actual: "the output does not hold it",
      evidence,
    };
  return { kind: "passed", evidence };
}
