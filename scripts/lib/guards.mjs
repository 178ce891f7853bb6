// security/guards.json: what stands in somebody's way, and the test that notices when it is gone.
import { readFileSync } from "node:fs";
import { inRoot } from "./paths.mjs";

/** The threat model's rows, as SECURITY.md explains them. */
export const rows = [
  ...["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "W1", "W2", "N1", "N2", "L1", "L2", "I1", "K1", "K2"],
  ...["R1", "R2", "R3", "R4", "R5"],
];

export const readGuards = () => JSON.parse(readFileSync(inRoot("security/guards.json"), "utf8")).guards;

/** The file without the guard. Throws when the guard is not there exactly once. */
export function without(text, { file, take, leave }) {
  const parts = text.split(take);
  if (take === "" || parts.length !== 2)
    throw new Error(`${file} holds ${JSON.stringify(take)} ${parts.length - 1} times, not once.`);
  return parts.join(leave);
}

/** What vitest's report says of a run without a guard. Only the test itself, run and failed, has noticed. */
export function verdictOf(report, { name, after }) {
  const tests = (report?.testResults ?? []).flatMap(({ assertionResults }) => assertionResults);
  const ran = (part) =>
    tests.filter(({ fullName, status }) => fullName.includes(part) && ["passed", "failed"].includes(status));
  if (ran(name).length === 0) return "did not run";
  if (after !== undefined && !ran(after).some(({ status }) => status === "passed")) return "did not run";
  return ran(name).some(({ status }) => status === "failed") ? "noticed" : "NOT NOTICED";
}
