import { z } from "zod";
import { labId, stepId } from "../lab.ts";
import { MAX_FILE_CHARACTERS } from "../reads/files.ts";
import { classId } from "./class.ts";

/** Learners that one class-wide action reaches. */
export const MAX_ACTION_LEARNERS = 500;

/** What is done in several learners' workspaces at once. */
export const classAction = z.discriminatedUnion("kind", [
  /** `kubectl apply -f -` in each learner's mesh: STRICT everywhere, a fault, whatever the manifest says. */
  z.strictObject({ kind: z.literal("apply"), manifest: z.string().trim().min(1).max(MAX_FILE_CHARACTERS) }),
  /** To a step of a lab, with everything before it done. */
  z.strictObject({ kind: z.literal("jump"), lab: labId, step: stepId }),
  /** The practice cluster made anew, as the lab wants it at its start. */
  z.strictObject({ kind: z.literal("reset"), lab: labId }),
]);
export type ClassAction = z.infer<typeof classAction>;

export const classActionRequest = z.strictObject({
  class: classId,
  action: classAction,
  learners: z.array(z.string().min(1).max(64)).min(1).max(MAX_ACTION_LEARNERS),
});
export type ClassActionRequest = z.infer<typeof classActionRequest>;

/** What it would do, shown by one learner's workspace before it is done in all. */
export interface ClassActionPreview {
  /** Learners whose workspace runs: it would be done there. */
  readonly reached: number;
  readonly notRunning: number;
  /** Commands, or the difference it would make in the first learner's cluster. */
  readonly sample: string;
  readonly notes: readonly string[];
}

export interface ClassActionResult {
  readonly learner: string;
  readonly outcome: "done" | "refused" | "not-running";
  readonly said: string;
}

/** Sent as it goes; `finished` when all have an outcome. */
export interface ClassActionNews {
  readonly class: string;
  readonly run: string;
  readonly results: readonly ClassActionResult[];
  readonly of: number;
  readonly finished: boolean;
}
