import type { KubeObject, ObjectMeta } from "../../../apimachinery/index.ts";
import type { PodTemplateSpec } from "../../core/v1/pod-types.ts";
import type { ObjectReference } from "../../core/v1/types.ts";
import type { Condition, LabelSelectorObject } from "../../meta/types.ts";

export interface JobSpec {
  readonly parallelism?: number;
  readonly completions?: number;
  readonly completionMode?: string;
  readonly activeDeadlineSeconds?: number;
  readonly backoffLimit?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly selector?: LabelSelectorObject;
  readonly manualSelector?: boolean;
  readonly suspend?: boolean;
  readonly podReplacementPolicy?: string;
  readonly template: PodTemplateSpec;
}

export interface Job extends KubeObject {
  readonly spec: JobSpec;
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly active?: number;
    readonly ready?: number;
    readonly terminating?: number;
    readonly succeeded?: number;
    readonly failed?: number;
  };
}

export interface CronJob extends KubeObject {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly suspend?: boolean;
    readonly startingDeadlineSeconds?: number;
    readonly concurrencyPolicy?: string;
    readonly successfulJobsHistoryLimit?: number;
    readonly failedJobsHistoryLimit?: number;
    readonly jobTemplate: { readonly metadata?: ObjectMeta; readonly spec: JobSpec };
  };
  readonly status?: {
    readonly active?: readonly ObjectReference[];
    readonly lastScheduleTime?: string;
    readonly lastSuccessfulTime?: string;
  };
}
