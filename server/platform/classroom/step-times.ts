import type { StepPace } from "../../contracts/index.ts";
import type { PauseRecord, StepMoment } from "../db/index.ts";

interface Visit {
  readonly viewedAt: number;
  /** All conditions held, or another step was opened, whichever was first. */
  readonly leftAt: number | undefined;
}

/**
 * How long a class takes for its steps, from what was recorded. Time runs from a learner's first look at a step until its
 * conditions hold; a step without conditions ends with the first look at another one. Taking a moment in twice changes
 * nothing, so a reader may go back a little.
 */
export class StepTimes {
  /** lab/step → learner → visit */
  private readonly steps = new Map<string, Map<string, Visit>>();
  /** learner → the step looked at, to end it when another one is opened. */
  private readonly at = new Map<string, string>();

  take(moment: StepMoment): void {
    const { learner, kind, at } = moment;
    const key = `${moment.lab}/${moment.step}`;
    const visits = this.steps.get(key) ?? new Map<string, Visit>();
    this.steps.set(key, visits);
    const before = visits.get(learner);
    if (kind === "passed") {
      if (before && before.leftAt === undefined && at >= before.viewedAt)
        visits.set(learner, { ...before, leftAt: at });
      return;
    }
    const previous = this.at.get(learner);
    if (previous !== undefined && previous !== key) this.leave(previous, learner, at);
    this.at.set(learner, key);
    if (!before) visits.set(learner, { viewedAt: at, leftAt: undefined });
  }

  /** Who is no longer in the class does not count. */
  forget(learner: string): void {
    this.at.delete(learner);
    for (const visits of this.steps.values()) visits.delete(learner);
  }

  paces(pauses: readonly PauseRecord[]): StepPace[] {
    return [...this.steps].map(([key, visits]) => {
      const slash = key.indexOf("/");
      const times = [...visits.values()]
        .flatMap(({ viewedAt, leftAt }) => (leftAt === undefined ? [] : [workedMs(viewedAt, leftAt, pauses)]))
        .sort((one, other) => one - other);
      return {
        ...{ lab: key.slice(0, slash), step: key.slice(slash + 1), left: times.length, seen: visits.size },
        ...{ medianMs: quantile(times, 0.5), p90Ms: quantile(times, 0.9) },
      };
    });
  }

  /** Learners by the step they looked at last. */
  whereabouts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const key of this.at.values()) counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts;
  }

  private leave(key: string, learner: string, at: number): void {
    const visits = this.steps.get(key);
    const visit = visits?.get(learner);
    if (visit && visit.leftAt === undefined && at >= visit.viewedAt)
      visits?.set(learner, { ...visit, leftAt: at });
  }
}

/** Between two moments, without the class's pauses. */
export function workedMs(from: number, to: number, pauses: readonly PauseRecord[]): number {
  const paused = pauses.reduce((sum, pause) => {
    const overlap = Math.min(to, pause.to ?? to) - Math.max(from, pause.from);
    return sum + Math.max(0, overlap);
  }, 0);
  return Math.max(0, to - from - paused);
}

/** Of sorted numbers, by nearest rank; 0 of none. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
}
