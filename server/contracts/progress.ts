import { z } from "zod";
import { labId, stepId } from "./lab.ts";
import { workspaceStatus } from "./workspace.ts";

/** What a browser may report about itself. Passing is never reported by a browser: the server finds it out. */
export const progressReport = z.strictObject({
  /** Made by the client; a resend with the same id is harmless. */
  id: z.uuid(),
  kind: z.enum(["lab-opened", "step-viewed", "command-run", "quiz-answered"]),
  lab: labId,
  step: stepId.optional(),
  /** For command-run: the block's text, shortened. */
  detail: z.string().max(500).optional(),
  /** For quiz-answered: the question, shortened, and whether the answer was right. Told to the class's report, and no proof. */
  quiz: z.strictObject({ question: z.string().max(300), right: z.boolean() }).optional(),
});
export type ProgressReport = z.infer<typeof progressReport>;

/** Where a learner stands in a lab: a projection of the event log. */
export const labProgress = z.strictObject({
  lab: labId,
  currentStep: stepId.optional(),
  passedSteps: z.array(stepId),
  passedConditions: z.array(z.strictObject({ step: stepId, condition: z.string() })),
  finishedAt: z.number().optional(),
});
export type LabProgress = z.infer<typeof labProgress>;

/** One learner on the instructor's page. */
export const boardRow = z.strictObject({
  learner: z.string(),
  name: z.string(),
  connected: z.boolean(),
  workspace: z.string(),
  lab: labId.optional(),
  step: stepId.optional(),
  stepTitle: z.string().optional(),
  stepNumber: z.number().int().optional(),
  stepCount: z.number().int().optional(),
  stepSince: z.number().optional(),
  lastFailing: z.strictObject({ condition: z.string(), message: z.string() }).optional(),
  lastEvent: z.strictObject({ kind: z.string(), text: z.string(), at: z.number() }).optional(),
  /** All conditions of the step held when it was last looked at. */
  stepPassed: z.boolean().optional(),
  /** Labs of this workshop the learner has finished. */
  labsFinished: z.number().int().optional(),
  /** Of the learner's shell; absent before the workspace has said it. */
  isolation: workspaceStatus.shape.isolation.optional(),
  /** The last time the learner's page sent anything but an acknowledgement. */
  activeAt: z.number().optional(),
  /** The learner asks for help. */
  hand: z.strictObject({ since: z.number(), note: z.string() }).optional(),
  /** How the learner's browser did in the pre-flight check; absent: not done. */
  preflight: z.enum(["good", "limited", "bad"]).optional(),
});
export type BoardRow = z.infer<typeof boardRow>;
