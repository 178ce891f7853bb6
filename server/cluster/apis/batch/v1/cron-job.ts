import type { FieldError } from "../../../apimachinery/index.ts";
import { ageColumn, integer, nameColumn, text, wide } from "../../meta/columns.ts";
import { invalidValue, notSupported, required } from "../../meta/fields.ts";
import { since } from "../../meta/human-duration.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import { parseSchedule, ScheduleError, timeZoneProblem } from "./cron-schedule.ts";
import { jobSpecDefaults, validateJobSpec } from "./job.ts";
import type { CronJob } from "./types.ts";

const POLICIES = ["Allow", "Forbid", "Replace"];

export const cronJobStrategy: ResourceStrategy<CronJob> = {
  group: "batch",
  version: "v1",
  kind: "CronJob",
  plural: "cronjobs",
  singular: "cronjob",
  shortNames: ["cj"],
  categories: ["all"],
  namespaced: true,
  subresources: { status: true },
  defaults: (job) => ({
    ...job,
    spec: withDefaults(
      {
        ...job.spec,
        jobTemplate: { ...job.spec?.jobTemplate, spec: jobSpecDefaults(job.spec?.jobTemplate?.spec) },
      },
      {
        concurrencyPolicy: "Allow",
        suspend: false,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
      },
    ),
  }),
  prepareForCreate: (job) => ({ ...job, status: {} }),
  validate: ({ spec }) => [
    ...validateSchedule(spec),
    ...(POLICIES.includes(spec.concurrencyPolicy ?? "")
      ? []
      : [notSupported("spec.concurrencyPolicy", spec.concurrencyPolicy, POLICIES)]),
    ...validateJobSpec(spec.jobTemplate.spec, "spec.jobTemplate.spec"),
  ],
  printerColumns: [
    nameColumn,
    text("Schedule", ({ spec }) => spec.schedule),
    text("Timezone", ({ spec }) => spec.timeZone || "<none>"),
    text("Suspend", ({ spec }) => (spec.suspend ? "True" : "False")),
    integer("Active", ({ status }) => status?.active?.length ?? 0),
    text("Last Schedule", ({ status }, now) =>
      status?.lastScheduleTime ? since(status.lastScheduleTime, now) : "<none>",
    ),
    ageColumn,
    wide(text("Containers", (job) => containers(job, "name"))),
    wide(text("Images", (job) => containers(job, "image"))),
    wide(text("Selector", () => "<none>")),
  ],
};

function containers({ spec }: CronJob, field: "name" | "image"): string {
  return spec.jobTemplate.spec.template.spec.containers.map((container) => container[field] ?? "").join(",");
}

/** Follows pkg/apis/batch/validation validateCronJobSpec. */
function validateSchedule({ schedule, timeZone }: CronJob["spec"]): FieldError[] {
  if (!schedule) return [required("spec.schedule")];
  const errors: FieldError[] = [];
  try {
    parseSchedule(schedule);
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    errors.push(invalidValue("spec.schedule", schedule, error.message));
  }
  const problem = timeZone ? timeZoneProblem(timeZone) : undefined;
  return problem ? [...errors, invalidValue("spec.timeZone", timeZone, problem)] : errors;
}
