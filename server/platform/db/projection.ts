import { z } from "zod";

/** An event as it is kept. `payload` belongs to the kind. */
export interface RecordedEvent {
  readonly id: string;
  readonly learner: string;
  readonly kind: EventKind;
  readonly lab: string;
  readonly step?: string | undefined;
  readonly payload: EventPayload;
  readonly at: Date;
}

export const eventKind = z.enum(["lab-opened", "step-viewed", "command-run", "conditions", "quiz-answered"]);
export type EventKind = z.infer<typeof eventKind>;

export interface EventPayload {
  /** command-run: the block's text, shortened. */
  readonly detail?: string | undefined;
  /** conditions: those of the step that hold now. */
  readonly passed?: readonly string[] | undefined;
  /** conditions: all of the step's conditions hold. */
  readonly complete?: boolean | undefined;
  /** conditions: the first that does not hold. */
  readonly failing?: { readonly condition: string; readonly message: string } | undefined;
  /** quiz-answered: the question, and whether the answer was right. */
  readonly quiz?: string | undefined;
  readonly right?: boolean | undefined;
  /** conditions: the steps that must be passed to finish the lab. */
  readonly required?: readonly string[] | undefined;
}

/** Where a learner stands, as the row keeps it. */
export interface Standing {
  readonly currentStep: string | null;
  readonly stepSince: Date | null;
  readonly passedSteps: readonly string[];
  /** "step/condition" */
  readonly passedConditions: readonly string[];
  readonly lastFailing: { readonly condition: string; readonly message: string } | null;
  readonly lastEvent: { readonly kind: string; readonly text: string; readonly at: number } | null;
  readonly finishedAt: Date | null;
}

export const nowhere: Standing = {
  currentStep: null,
  stepSince: null,
  passedSteps: [],
  passedConditions: [],
  lastFailing: null,
  lastEvent: null,
  finishedAt: null,
};

/** What is passed stays passed: a learner may break things again to learn. Applying an event twice changes nothing. */
export function project(standing: Standing, event: RecordedEvent): Standing {
  const base = { ...standing, lastEvent: lastEvent(event) };
  switch (event.kind) {
    case "lab-opened":
    case "command-run":
    case "quiz-answered":
      return base;
    case "step-viewed":
      if (!event.step || event.step === standing.currentStep) return base;
      return { ...base, currentStep: event.step, stepSince: event.at, lastFailing: null };
    case "conditions":
      return projectConditions(standing, event);
  }
}

/** What fails has its own place: it does not push the learner's last command or success out of `lastEvent`. */
function projectConditions(standing: Standing, event: RecordedEvent): Standing {
  const { step, payload, at } = event;
  if (!step) return standing;
  const passedConditions = union(
    standing.passedConditions,
    (payload.passed ?? []).map((condition) => `${step}/${condition}`),
  );
  const passedSteps = payload.complete ? union(standing.passedSteps, [step]) : standing.passedSteps;
  const reached =
    passedConditions.length > standing.passedConditions.length ||
    passedSteps.length > standing.passedSteps.length;
  const required = payload.required ?? [];
  const finished = required.length > 0 && required.every((id) => passedSteps.includes(id));
  return {
    ...standing,
    ...(reached && { lastEvent: lastEvent(event) }),
    passedConditions,
    passedSteps,
    lastFailing: payload.failing ?? null,
    finishedAt: standing.finishedAt ?? (finished ? at : null),
  };
}

const lastEvent = (event: RecordedEvent): Standing["lastEvent"] => ({
  kind: event.kind,
  text: describe(event),
  at: event.at.getTime(),
});

function describe({ kind, step, payload }: RecordedEvent): string {
  switch (kind) {
    case "lab-opened":
      return "opened the lab";
    case "step-viewed":
      return `reads ${step ?? "the introduction"}`;
    case "command-run":
      return payload.detail ?? "ran a command";
    case "quiz-answered":
      return `answered "${payload.quiz ?? "a question"}" ${payload.right ? "right" : "wrong"}`;
    case "conditions":
      if (payload.complete) return `passed ${step}`;
      return `${payload.passed?.length ?? 0} of the conditions of ${step} hold`;
  }
}

function union(before: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...before, ...more])];
}
