import type { LabProgress, StepConditions } from "../../server/contracts/index.ts";

interface StepLike {
  readonly id: string;
  readonly conditions: readonly { readonly id: string }[];
}

export interface PlaceSources {
  /** From the address, e.g. #enable-strict: a shared link wins. */
  readonly address: string | undefined;
  /** Where this browser was last. */
  readonly remembered: string | undefined;
  readonly progress: LabProgress | undefined;
}

/** The step to open: what was asked for, then where the learner was here, then where the server says, then the first. */
export function openingStep(steps: readonly StepLike[], sources: PlaceSources): string | undefined {
  const known = (id: string | undefined) => id !== undefined && steps.some((step) => step.id === id);
  const { address, remembered, progress } = sources;
  if (known(address)) return address;
  if (known(remembered)) return remembered;
  if (known(progress?.currentStep)) return progress?.currentStep;
  return steps[0]?.id;
}

/** A step is complete when the server said so, or when its last results are all passes. */
export function isComplete(
  step: StepLike,
  progress: LabProgress | undefined,
  results: StepConditions | undefined,
): boolean {
  if (progress?.passedSteps.includes(step.id)) return true;
  if (step.conditions.length === 0 || results?.step !== step.id) return false;
  return step.conditions.every(({ id }) =>
    results.results.some((result) => result.id === id && result.status === "passed"),
  );
}

/** Steps done, for the bar: steps without conditions count once a later step was passed or reached. */
export function doneSteps(
  steps: readonly StepLike[],
  progress: LabProgress | undefined,
): ReadonlySet<string> {
  const passed = new Set(progress?.passedSteps ?? []);
  if (progress?.finishedAt !== undefined) return new Set(steps.map((step) => step.id));
  const reached = Math.max(
    steps.findIndex((step) => step.id === progress?.currentStep),
    steps.findLastIndex((step) => passed.has(step.id)),
  );
  return new Set(
    steps
      .filter((step, index) => passed.has(step.id) || (step.conditions.length === 0 && index < reached))
      .map((step) => step.id),
  );
}
