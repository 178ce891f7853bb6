import type { ConditionResult } from "../../contracts/index.ts";
import type { ConditionSpec } from "../labs/index.ts";

/**
 * What one look cannot know: how long a learner has been at a step, how often a check by hand failed, and since when a
 * condition has held. Grows with the steps of the labs that were opened, and with nothing else.
 */
export class StepMemory {
  private readonly begun = new Map<string, number>();
  private readonly failures = new Map<string, number>();
  private readonly heldSince = new Map<string, number>();

  constructor(private readonly now: () => number) {}

  begin(step: string): void {
    if (!this.begun.has(step)) this.begun.set(step, this.now());
  }

  /** The result as a learner gets it: hints that are due, and no pass before it has held for long enough. */
  remember(step: string, spec: ConditionSpec, result: ConditionResult): ConditionResult {
    const key = `${step}/${spec.id}`;
    if (result.status !== "passed") {
      // Not known is not broken: a cluster that was away for a moment does not start the time afresh.
      if (result.status === "failed") this.heldSince.delete(key);
      return this.withHints(step, spec, result);
    }
    const { staysForSeconds } = spec;
    if (staysForSeconds === undefined) return result;
    const since = this.heldSince.get(key) ?? this.now();
    this.heldSince.set(key, since);
    const held = Math.floor((this.now() - since) / 1000);
    if (held >= staysForSeconds) return result;
    const message = `It holds; it has to stay so for ${staysForSeconds} s (${held} s so far).`;
    return { ...result, status: "pending", message };
  }

  /** A check that the learner asked for failed. */
  countFailure(step: string, spec: ConditionSpec): void {
    const key = `${step}/${spec.id}`;
    this.failures.set(key, (this.failures.get(key) ?? 0) + 1);
  }

  private withHints(step: string, spec: ConditionSpec, result: ConditionResult): ConditionResult {
    const waited = (this.now() - (this.begun.get(step) ?? this.now())) / 1000;
    const failed = this.failures.get(`${step}/${spec.id}`) ?? 0;
    const due = spec.hints.filter(
      ({ afterSeconds, afterFailures }) =>
        (afterSeconds !== undefined && waited >= afterSeconds) ||
        (afterFailures !== undefined && failed >= afterFailures),
    );
    return result.status !== "failed" || due.length === 0
      ? result
      : { ...result, hints: due.map(({ text }) => text) };
  }
}

/**
 * A condition that needs others counts only after they hold. Failing, it would repeat their fault in other words;
 * passing, it would praise what was so before.
 */
export function applyNeeds(
  specs: readonly ConditionSpec[],
  results: readonly ConditionResult[],
): ConditionResult[] {
  const passed = new Set(results.filter(({ status }) => status === "passed").map(({ id }) => id));
  return results.map((result) => {
    const spec = specs.find(({ id }) => id === result.id);
    const first = spec?.needs.find((id) => !passed.has(id));
    if (first === undefined) return result;
    const title = specs.find(({ id }) => id === first)?.title ?? first;
    return { id: result.id, status: "pending", message: `First: ${title}`, checkedAt: result.checkedAt };
  });
}
