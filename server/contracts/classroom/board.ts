import { z } from "zod";
import { labId, stepId } from "../lab.ts";
import type { BoardRow } from "../progress.ts";
import { type ClassInfo, classId } from "./class.ts";

/** How long a class takes for a step, of those who have left it. Pauses do not count. */
export const stepPace = z.strictObject({
  lab: labId,
  step: stepId,
  /** Learners who have left it, and learners who have seen it. */
  left: z.number().int(),
  seen: z.number().int(),
  medianMs: z.number(),
  p90Ms: z.number(),
});
export type StepPace = z.infer<typeof stepPace>;

export interface ClassBoard {
  readonly info: ClassInfo;
  readonly rows: readonly BoardRow[];
  readonly paces: readonly StepPace[];
}

export interface ClassRows {
  readonly class: string;
  /** Rows that changed, whole. */
  readonly rows: readonly BoardRow[];
  /** Learners who are no longer in the class. */
  readonly gone: readonly string[];
}

export const learnerInClass = z.strictObject({ class: classId, learner: z.string().min(1).max(64) });

/** Figures of one lab's step in the report. */
export interface StepReport extends StepPace {
  readonly title: string;
  /** Learners whose last seen step this is, though the lab goes on. */
  readonly stoppedHere: number;
}

export interface QuizReport {
  readonly lab: string;
  readonly question: string;
  /** Learners who answered, and those whose first answer was right. */
  readonly answered: number;
  readonly rightAtOnce: number;
  readonly rightAtLast: number;
}

export interface ClassReport {
  readonly class: string;
  readonly madeAt: number;
  readonly learners: number;
  readonly labs: readonly {
    readonly lab: string;
    readonly title: string;
    readonly started: number;
    readonly finished: number;
    readonly steps: readonly StepReport[];
  }[];
  readonly quizzes: readonly QuizReport[];
}
