import { z } from "zod";

export const labId = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(80);
export const stepId = labId;
export const conditionId = labId;

/** As a lab's translation is named: `lab.de.md`, `lab.pt-BR.md`. */
export const languageTag = z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/);

/** Tabs of the lab page that a lab's text may open: `[Look at the graph](tab:graph?focus=web-api)`. */
export const labTab = z.enum(["terminal", "graph", "editor", "prometheus", "grafana", "jaeger", "kiali"]);
export type LabTab = z.infer<typeof labTab>;

export const labSummary = z.strictObject({
  workshop: labId,
  id: labId,
  title: z.string(),
  summary: z.string(),
  minutes: z.number().int().positive(),
  steps: z.array(
    z.strictObject({ id: stepId, title: z.string(), conditions: z.number().int().nonnegative() }),
  ),
});
export type LabSummary = z.infer<typeof labSummary>;

/** How long a lab took the learners of this installation who finished it: their median. Absent: too few have. */
export interface LabTime {
  readonly minutes: number;
  readonly learners: number;
}

/** A named condition of a step as the page shows it before any result. */
export interface ConditionView {
  readonly id: string;
  readonly title: string;
}

/**
 * hast (HTML syntax tree), sanitised: plain JSON, rendered to React on the server. Elements the page gives life to:
 * `pre` with data-kind "run" | "output" | "file" (data-command, data-language, data-path), "create" has data-text too; `code` with
 * data-exec, data-copy or data-open, `figure` with data-kind "diagram" (data-title; holds one `svg`), `aside` with data-kind "hint" | "solution" | "note", `a` (with href "tab:NAME?…": shows a tab).
 * `aside` with data-kind "quiz": data-title is the question, data-multiple "true" that several answers are right,
 * data-key what a translated question is called in reports; it holds paragraphs and one `ul`, whose `li` have data-answer "right" | "wrong", first the answer, then a `div` with
 * data-kind "feedback".
 */
export interface HastNode {
  readonly type: string;
  readonly tagName?: string;
  readonly value?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly children?: readonly HastNode[];
}

export interface StepView {
  readonly id: string;
  readonly title: string;
  readonly body: HastNode;
  readonly conditions: readonly ConditionView[];
}

/** A lab as a page renders it. Holds no check scripts and no solutions' commands beyond what the text shows. */
export interface LabView {
  readonly summary: LabSummary;
  /** What its text is written in: the language asked for, where the lab has it. */
  readonly language: string;
  /** Text before the first step: why it matters, what you will do. */
  readonly intro: HastNode;
  readonly steps: readonly StepView[];
}

/**
 * Help with a lab. solve: this step's solution is run. jump: the solutions of all steps before this one. reset: the
 * practice cluster is made anew and prepared for the lab, or, with a step, for the beginning of that step; the learner's files
 * stay, and with `keep` what they made in the cluster is written into one of them.
 */
export const labAction = z.discriminatedUnion("action", [
  z.strictObject({ lab: labId, action: z.literal("solve"), step: stepId }),
  z.strictObject({ lab: labId, action: z.literal("jump"), step: stepId }),
  z.strictObject({
    lab: labId,
    action: z.literal("reset"),
    step: stepId.optional(),
    keep: z.boolean().optional(),
  }),
]);
export type LabAction = z.infer<typeof labAction>;

/** What an action would do, to be shown before it is done. */
export const labActionPreview = z.strictObject({
  /** Shell commands in the learner's folder, in order. */
  commands: z.array(z.string()),
  /** Sentences: what is lost, what stays. */
  notes: z.array(z.string()),
  /** What the learner made or changed in the cluster, and would lose: "Gateway web-api in shop". */
  lost: z.array(z.string()).default([]),
});
export type LabActionPreview = z.infer<typeof labActionPreview>;

/** "unknown" means that the condition could not be evaluated; the learner has not failed. */
export const conditionResult = z.strictObject({
  id: conditionId,
  status: z.enum(["passed", "failed", "unknown", "pending"]),
  message: z.string(),
  expected: z.string().optional(),
  actual: z.string().optional(),
  /** A command the learner can run to see it for themselves, and what it showed. */
  evidence: z.strictObject({ command: z.string().optional(), output: z.string().optional() }).optional(),
  next: z.string().optional(),
  /** Hints that time or failures have unlocked so far, the oldest first. */
  hints: z.array(z.string()).optional(),
  checkedAt: z.number(),
});
export type ConditionResult = z.infer<typeof conditionResult>;

export const stepConditions = z.strictObject({ lab: labId, step: stepId, results: z.array(conditionResult) });
export type StepConditions = z.infer<typeof stepConditions>;
