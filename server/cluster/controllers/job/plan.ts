import type { Job, Pod } from "../../apis/index.ts";

export interface JobCounts {
  readonly active: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
}

export type JobVerdict =
  | { readonly kind: "running"; readonly create: number; readonly remove: readonly Pod[] }
  | { readonly kind: "complete" }
  | { readonly kind: "failed"; readonly reason: string; readonly message: string };

/** First wait after a failed pod, doubled with each further one (DefaultJobPodFailureBackOff, MaxJobPodFailureBackOff). */
const BACKOFF_MS = { first: 10_000, last: 600_000 } as const;

export function countPods(pods: readonly Pod[]): JobCounts {
  const phase = (name: string) => pods.filter(({ status }) => status?.phase === name).length;
  const active = pods.filter(
    ({ status, metadata }) =>
      status?.phase !== "Succeeded" && status?.phase !== "Failed" && !metadata.deletionTimestamp,
  );
  return { active, succeeded: phase("Succeeded"), failed: phase("Failed") };
}

/** Failures that count towards the limit: failed pods, and restarts inside pods that restart their containers. */
function failures(pods: readonly Pod[], { failed }: JobCounts): number {
  const restarts = pods
    .filter(({ spec }) => spec.restartPolicy === "OnFailure")
    .flatMap(({ status }) => status?.containerStatuses ?? []);
  return failed + restarts.reduce((sum, { restartCount }) => sum + restartCount, 0);
}

export function isFinished({ status }: Job): boolean {
  return !!status?.conditions?.some(
    ({ type, status: state }) => (type === "Complete" || type === "Failed") && state === "True",
  );
}

/** Follows syncJob and manageJob. Indexed completion, pod failure and success policies are not supported. */
export function planJob({ spec, status }: Job, pods: readonly Pod[], now: number): JobVerdict {
  const counts = countPods(pods);
  const { completions, parallelism = 1, backoffLimit = 6, activeDeadlineSeconds } = spec;
  if (failures(pods, counts) > backoffLimit) {
    const message = "Job has reached the specified backoff limit";
    return { kind: "failed", reason: "BackoffLimitExceeded", message };
  }
  const started = Date.parse(status?.startTime ?? "");
  if (activeDeadlineSeconds !== undefined && now - started >= activeDeadlineSeconds * 1000) {
    const message = "Job was active longer than specified deadline";
    return { kind: "failed", reason: "DeadlineExceeded", message };
  }
  const { active, succeeded } = counts;
  const done = completions === undefined ? succeeded > 0 && active.length === 0 : succeeded >= completions;
  if (done) return { kind: "complete" };
  if (spec.suspend) return { kind: "running", create: 0, remove: active };
  const wanted =
    completions === undefined
      ? succeeded > 0
        ? active.length
        : parallelism
      : Math.min(parallelism, completions - succeeded);
  return {
    kind: "running",
    create: Math.max(0, wanted - active.length),
    remove: active.slice(0, Math.max(0, active.length - wanted)),
  };
}

/** Milliseconds until a new pod may follow the last that failed. */
export function backoffLeft(pods: readonly Pod[], now: number): number {
  const ended = pods
    .filter(({ status }) => status?.phase === "Failed")
    .map(({ status, metadata }) => {
      const times = (status?.containerStatuses ?? []).map(({ state }) => state?.terminated?.finishedAt ?? "");
      return Math.max(0, ...[...times, metadata.creationTimestamp ?? ""].map((at) => Date.parse(at) || 0));
    });
  if (ended.length === 0) return 0;
  const wait = Math.min(BACKOFF_MS.first * 2 ** (ended.length - 1), BACKOFF_MS.last);
  return Math.max(0, Math.max(...ended) + wait - now);
}
