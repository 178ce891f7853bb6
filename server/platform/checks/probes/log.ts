import type { ConditionProbe } from "../../labs/index.ts";
import type { ProbeContext } from "../context.ts";
import { limits } from "../limits.ts";
import { type Outcome, shorten } from "../outcome.ts";
import { commandLine } from "../shell.ts";

type LogProbe = Extract<ConditionProbe, { type: "log" }>["log"];

/** A container has written a line that holds these words. Asked with kubectl, as the learner would. */
export async function probeLog(probe: LogProbe, context: ProbeContext): Promise<Outcome> {
  const command = commandLine([
    ...["kubectl", "logs", `deploy/${probe.deploy}`, "-n", probe.ns],
    ...(probe.container === undefined ? [] : ["-c", probe.container]),
    ...["--tail", String(limits.logLines)],
  ]);
  const result = await context.runCommand({ command, signal: context.signal });
  const expected = `"${probe.contains}" in the log of ${probe.container ?? probe.deploy}`;
  if (result.exitCode !== 0) {
    const said = shorten(result.stderr, limits.actualChars);
    // No such Deployment or container is the learner's to mend; a cluster that is away is not.
    return /not found|is not valid for pod/.test(said)
      ? { kind: "failed", expected, actual: said, evidence: { command } }
      : { kind: "unknown", why: said, evidence: { command } };
  }
  const lines = result.stdout.split("\n").filter((line) => line.includes(probe.contains));
  const last = lines.at(-1);
  if (last !== undefined) return { kind: "passed", evidence: { command, output: last } };
  return { kind: "failed", expected, actual: "no line holds it", evidence: { command } };
}
