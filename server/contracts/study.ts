import { z } from "zod";
import { labId, stepId } from "./lab.ts";
import type { Result } from "./result.ts";

type Answer<T> = (result: Result<T>) => void;

export const stepNote = z.strictObject({
  step: stepId,
  text: z.string(),
  bookmarked: z.boolean(),
  /** Milliseconds since the epoch. */
  updatedAt: z.number(),
});
export type StepNote = z.infer<typeof stepNote>;

const noteChange = z.strictObject({
  lab: labId,
  step: stepId,
  text: z.string().max(8_000),
  bookmarked: z.boolean(),
});

export const certificate = z.strictObject({
  code: z.string(),
  workshop: z.string(),
  name: z.string(),
  labs: z.array(z.string()),
  finishedAt: z.number(),
  issuedAt: z.number(),
});
export type Certificate = z.infer<typeof certificate>;

/** What a learner keeps for themselves. */
export interface StudyEvents {
  "notes:list": (request: { lab: string }, answer: Answer<StepNote[]>) => void;
  /** An empty note without a mark is none. Answers when it is committed. */
  "notes:save": (request: z.infer<typeof noteChange>, answer: Answer<StepNote | null>) => void;
  /** Gives one out when every lab of the workshop is finished, the same one each time; refused with what is missing. */
  "certificate:ask": (request: { lab: string }, answer: Answer<Certificate>) => void;
}

export const studyRequests = {
  "notes:list": z.strictObject({ lab: labId }),
  "notes:save": noteChange,
  "certificate:ask": z.strictObject({ lab: labId }),
} as const;
