import type { CronJob, CronSchedule, Job } from "../../apis/index.ts";
import { MISSED_SCHEDULES } from "../limits.ts";
import { nextTime } from "./schedule.ts";

export type CronVerdict =
  | { readonly kind: "wait"; readonly ms: number | undefined }
  | { readonly kind: "missed"; readonly scheduled: number; readonly ms: number | undefined }
  | { readonly kind: "busy"; readonly ms: number | undefined }
  | {
      readonly kind: "start";
      readonly scheduled: number;
      readonly replace: readonly Job[];
      readonly ms: number | undefined;
    };

export interface CronInput {
  readonly schedule: CronSchedule;
  readonly active: readonly Job[];
  readonly now: number;
}

/** What is due. Follows syncCronJob and mostRecentScheduleTime. */
export function planCronJob(
  { metadata, spec, status }: CronJob,
  { schedule, active, now }: CronInput,
): CronVerdict {
  const zone = spec.timeZone;
  const upcoming = nextTime(schedule, now, zone);
  const ms = upcoming === undefined ? undefined : upcoming - now;
  const since = Math.max(
    Date.parse(status?.lastScheduleTime ?? "") || Date.parse(metadata.creationTimestamp ?? "") || now,
    spec.startingDeadlineSeconds === undefined ? 0 : now - spec.startingDeadlineSeconds * 1000,
  );
  const scheduled = latestBetween(schedule, { since, now, ...(zone ? { zone } : {}) });
  if (scheduled === undefined) return { kind: "wait", ms };
  const deadline = spec.startingDeadlineSeconds;
  if (deadline !== undefined && scheduled + deadline * 1000 < now) return { kind: "missed", scheduled, ms };
  if (spec.concurrencyPolicy === "Forbid" && active.length > 0) return { kind: "busy", ms };
  return { kind: "start", scheduled, replace: spec.concurrencyPolicy === "Replace" ? active : [], ms };
}

const HOUR_MS = 3_600_000;

interface Span {
  readonly since: number;
  readonly now: number;
  readonly zone?: string;
}

/** The last time that has passed; a long sleep is not counted through step by step. */
function latestBetween(schedule: CronSchedule, { since, now, zone }: Span): number | undefined {
  let latest: number | undefined;
  let from = since;
  for (let step = 0; step < MISSED_SCHEDULES; step++) {
    const next = nextTime(schedule, from, zone);
    if (next === undefined || next > now) return latest;
    latest = next;
    from = next;
  }
  // So many times in so long a time come every few minutes at least.
  return latestBetween(schedule, { since: now - HOUR_MS, now, ...(zone ? { zone } : {}) }) ?? latest;
}

/** Finished jobs beyond what the history may keep, oldest first. */
export function surplusJobs(
  { spec }: CronJob,
  finished: readonly { job: Job; succeeded: boolean }[],
): readonly Job[] {
  const oldest = (succeeded: boolean, keep: number) => {
    const jobs = finished.filter((entry) => entry.succeeded === succeeded).map(({ job }) => job);
    const sorted = jobs.sort((a, b) => started(a) - started(b));
    return sorted.slice(0, Math.max(0, sorted.length - keep));
  };
  return [
    ...oldest(true, spec.successfulJobsHistoryLimit ?? 3),
    ...oldest(false, spec.failedJobsHistoryLimit ?? 1),
  ];
}

const started = ({ status, metadata }: Job) =>
  Date.parse(status?.startTime ?? metadata.creationTimestamp ?? "") || 0;
