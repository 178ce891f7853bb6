import type { Condition } from "../model/gateway-api.ts";

export interface Problem {
  readonly reason: string;
  readonly message: string;
}

export type Outcome = Omit<Condition, "lastTransitionTime" | "observedGeneration">;

/** A condition that holds, or the problem for which it does not. */
export function condition(type: string, good: Problem, problem?: Problem): Outcome {
  return problem ? { type, status: "False", ...problem } : { type, status: "True", ...good };
}

/** The time of a condition is that of its last change of status. */
export function stamped(
  outcomes: readonly Outcome[],
  before: readonly Condition[] | undefined,
  { generation, now }: { readonly generation: number; readonly now: string },
): readonly Condition[] {
  return outcomes.map((outcome) => {
    const old = before?.find(({ type }) => type === outcome.type);
    const lastTransitionTime = old?.status === outcome.status ? (old.lastTransitionTime ?? now) : now;
    return { ...outcome, lastTransitionTime, observedGeneration: generation };
  });
}
