import type { FieldError } from "../../../apimachinery/index.ts";
import { containersColumn, imagesColumn, selectorColumn } from "../../apps/v1/template-columns.ts";
import { podTemplateDefaults } from "../../core/v1/pod-defaults.ts";
import { validatePodSpec } from "../../core/v1/pod-validation.ts";
import { ageColumn, nameColumn, text } from "../../meta/columns.ts";
import { atLeast, notSupported, required } from "../../meta/fields.ts";
import { humanDuration } from "../../meta/human-duration.ts";
import { immutable } from "../../meta/object-meta.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import type { Job, JobSpec } from "./types.ts";

/** Follows pkg/apis/batch/v1/defaults.go SetDefaults_Job. */
export function jobSpecDefaults(spec: JobSpec | undefined): JobSpec {
  const given = { ...spec, template: podTemplateDefaults(spec?.template) };
  const single = given.completions === undefined && given.parallelism === undefined;
  return withDefaults(given, {
    ...(single ? { completions: 1 } : {}),
    parallelism: 1,
    backoffLimit: 6,
    completionMode: "NonIndexed",
    suspend: false,
    podReplacementPolicy: "TerminatingOrFailed",
  });
}

/** Follows generateSelector of pkg/registry/batch/job: the job's own uid selects its pods. */
function withSelector(job: Job): Job {
  if (job.spec.manualSelector || !job.metadata.uid) return job;
  const { uid, name = "" } = job.metadata;
  const labels = {
    ...job.spec.template.metadata?.labels,
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
  const template = { ...job.spec.template, metadata: { ...job.spec.template.metadata, labels } };
  const selector = { matchLabels: { "batch.kubernetes.io/controller-uid": uid } };
  return { ...job, spec: { ...job.spec, selector, template } };
}

export function validateJobSpec(spec: JobSpec, path: string): FieldError[] {
  const policy = spec.template.spec.restartPolicy;
  const allowed = ["OnFailure", "Never"];
  return [
    ...atLeast(`${path}.parallelism`, spec.parallelism, 0),
    ...atLeast(`${path}.completions`, spec.completions, 0),
    ...atLeast(`${path}.backoffLimit`, spec.backoffLimit, 0),
    ...validatePodSpec(spec.template.spec, `${path}.template.spec`),
    ...(policy === "Always"
      ? [required(`${path}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"')]
      : policy && !allowed.includes(policy)
        ? [notSupported(`${path}.template.spec.restartPolicy`, policy, allowed)]
        : []),
  ];
}

function statusOf(job: Job): string {
  const is = (type: string) =>
    job.status?.conditions?.some((condition) => condition.type === type && condition.status === "True");
  if (is("Complete")) return "Complete";
  if (is("Failed")) return "Failed";
  if (job.metadata.deletionTimestamp) return "Terminating";
  if (is("Suspended")) return "Suspended";
  if (is("FailureTarget")) return "FailureTarget";
  if (is("SuccessCriteriaMet")) return "SuccessCriteriaMet";
  return "Running";
}

function completionsOf({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationOf({ status }: Job, now: number): string {
  if (!status?.startTime) return "";
  const end = status.completionTime ? Date.parse(status.completionTime) : now;
  return humanDuration(end - Date.parse(status.startTime));
}

export const jobStrategy: ResourceStrategy<Job> = {
  group: "batch",
  version: "v1",
  kind: "Job",
  plural: "jobs",
  singular: "job",
  categories: ["all"],
  namespaced: true,
  subresources: { status: true },
  defaults: (job) => ({ ...job, spec: jobSpecDefaults(job.spec) }),
  prepareForCreate: (job) => ({ ...withSelector(job), status: {} }),
  validate: (job) => [...validateJobSpec(job.spec, "spec")],
  validateUpdate: (job, old) => [
    ...immutable("spec.completions", job.spec.completions, old.spec.completions),
    ...immutable("spec.selector", job.spec.selector, old.spec.selector),
    ...immutable("spec.template", job.spec.template, old.spec.template),
  ],
  printerColumns: [
    nameColumn,
    text("Status", statusOf),
    text("Completions", completionsOf),
    text("Duration", durationOf),
    ageColumn,
    containersColumn,
    imagesColumn,
    selectorColumn,
  ],
  selectableFields: ({ status }) => ({ "status.successful": String(status?.succeeded ?? 0) }),
};
