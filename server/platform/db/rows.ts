import { z } from "zod";
import { type LabProgress, Prisma } from "./generated/client.ts";
import type { Standing } from "./projection.ts";

const failing = z.object({ condition: z.string(), message: z.string() }).nullable().catch(null);
const lastEvent = z.object({ kind: z.string(), text: z.string(), at: z.number() }).nullable().catch(null);

/** JSON columns are parsed like any other edge; one that does not parse counts as empty. */
export function standingOf(row: LabProgress): Standing {
  return {
    currentStep: row.currentStep,
    stepSince: row.stepSince,
    passedSteps: row.passedSteps,
    passedConditions: row.passedConditions,
    lastFailing: failing.parse(row.lastFailing),
    lastEvent: lastEvent.parse(row.lastEvent),
    finishedAt: row.finishedAt,
  };
}

/** What fails where the learner stands; null: nothing does. */
export const failingOf = (row: LabProgress | undefined) => (row ? failing.parse(row.lastFailing) : null);

export const failingColumn = ({ lastFailing }: Standing) =>
  lastFailing ? { ...lastFailing } : Prisma.DbNull;
export const lastEventColumn = ({ lastEvent }: Standing) => (lastEvent ? { ...lastEvent } : Prisma.DbNull);
