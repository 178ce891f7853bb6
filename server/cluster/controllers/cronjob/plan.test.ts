import { describe, expect, it } from "vitest";
import type { CronJob, Job } from "../../apis/index.ts";
import { parseSchedule } from "../../apis/index.ts";
import { planCronJob, surplusJobs } from "./plan.ts";

const created = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const schedule = parseSchedule("*/5 * * * *");

const cron = (spec: Partial<CronJob["spec"]> = {}, status: CronJob["status"] = {}): CronJob => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "tick", creationTimestamp: new Date(created).toISOString() },
  spec: {
    schedule: "*/5 * * * *",
    jobTemplate: { spec: { template: { spec: { containers: [] } } } },
    ...spec,
  },
  status,
});
const job = (name: string, startTime = "2026-01-01T00:00:00Z"): Job => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name },
  spec: { template: { spec: { containers: [] } } },
  status: { startTime },
});

describe("a cron job", () => {
  it("waits for its first time", () => {
    const verdict = planCronJob(cron(), { schedule, active: [], now: created + 2 * MINUTE });
    expect(verdict).toEqual({ kind: "wait", ms: 3 * MINUTE });
  });

  it("starts the latest of what was missed, once", () => {
    const now = created + 12 * MINUTE;
    const verdict = planCronJob(cron(), { schedule, active: [], now });
    expect(verdict).toEqual({ kind: "start", scheduled: created + 10 * MINUTE, replace: [], ms: 3 * MINUTE });
    const lastScheduleTime = new Date(created + 10 * MINUTE).toISOString();
    expect(planCronJob(cron({}, { lastScheduleTime }), { schedule, active: [], now }).kind).toBe("wait");
  });

  it("does with what still runs as its policy says", () => {
    const world = { schedule, active: [job("old")], now: created + 6 * MINUTE };
    expect(planCronJob(cron({ concurrencyPolicy: "Forbid" }), world)).toEqual({
      kind: "busy",
      ms: 4 * MINUTE,
    });
    expect(planCronJob(cron({ concurrencyPolicy: "Replace" }), world)).toMatchObject({
      kind: "start",
      replace: [job("old")],
    });
    expect(planCronJob(cron(), world)).toMatchObject({ kind: "start", replace: [] });
  });

  it("lets go of a time that its deadline has passed", () => {
    const world = { schedule, active: [], now: created + 7 * MINUTE };
    expect(planCronJob(cron({ startingDeadlineSeconds: 60 }), world).kind).toBe("wait");
    expect(planCronJob(cron({ startingDeadlineSeconds: 180 }), world)).toMatchObject({ kind: "start" });
  });

  it("finds the latest time after a sleep of years", () => {
    const now = created + 3 * 365 * 24 * 60 * MINUTE + 2 * MINUTE;
    const verdict = planCronJob(cron(), { schedule, active: [], now });
    expect(verdict).toMatchObject({ kind: "start", scheduled: now - 2 * MINUTE });
  });
});

it("keeps three that succeeded and one that failed, the newest", () => {
  const finished = [1, 2, 3, 4, 5].map((hour) => ({
    job: job(`j${hour}`, `2026-01-01T0${hour}:00:00Z`),
    succeeded: hour !== 2 && hour !== 5,
  }));
  expect(
    surplusJobs(cron({ successfulJobsHistoryLimit: 2 }), finished).map(({ metadata }) => metadata.name),
  ).toEqual(["j1", "j2"]);
});
