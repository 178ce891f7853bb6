import type { LabProgress, LabSummary } from "../../server/contracts/index.ts";

export interface LabState {
  readonly phase: "new" | "started" | "finished";
  readonly done: number;
  readonly total: number;
}

/** Counts only steps that have something to pass; a lab of pure reading counts its pages by place. */
export function labState(lab: LabSummary, progress: LabProgress | undefined): LabState {
  const checked = lab.steps.filter((step) => step.conditions > 0);
  const total = checked.length > 0 ? checked.length : lab.steps.length;
  if (!progress) return { phase: "new", done: 0, total };
  if (progress.finishedAt !== undefined) return { phase: "finished", done: total, total };
  const done =
    checked.length > 0
      ? checked.filter((step) => progress.passedSteps.includes(step.id)).length
      : Math.max(
          0,
          lab.steps.findIndex((step) => step.id === progress.currentStep),
        );
  const started = done > 0 || progress.currentStep !== undefined || progress.passedConditions.length > 0;
  return { phase: started ? "started" : "new", done, total };
}

/** What the big button opens: a lab begun and not finished, else the first not begun; none when all is done. */
export function continueWith(
  labs: readonly LabSummary[],
  progress: ReadonlyMap<string, LabProgress>,
): LabSummary | undefined {
  const phase = (lab: LabSummary) => labState(lab, progress.get(lab.id)).phase;
  return labs.find((lab) => phase(lab) === "started") ?? labs.find((lab) => phase(lab) === "new");
}

/** "istio-basics" reads "Istio basics". */
export function workshopName(id: string): string {
  const words = id.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Labs in whose title, summary or steps every wanted word occurs. */
export function findLabs(labs: readonly LabSummary[], wanted: string): readonly LabSummary[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return labs;
  return labs.filter(({ title, summary, steps }) => {
    const text = [title, summary, ...steps.map((step) => step.title)].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The labs of a workshop up to the gate of the learner's class; all of them without one. */
export function beforeGate(labs: readonly LabSummary[], gate: string | undefined): readonly LabSummary[] {
  const at = labs.findIndex(({ id }) => id === gate);
  return at === -1 ? labs : labs.slice(0, at + 1);
}
