import type { Condition, Job, Pod } from "../../apis/index.ts";
import { isReady } from "../common/pods.ts";
import { countPods, type JobVerdict } from "./plan.ts";

export function jobStatus(
  job: Job,
  { pods, verdict, timestamp }: { pods: readonly Pod[]; verdict: JobVerdict; timestamp: string },
): NonNullable<Job["status"]> {
  const { active, succeeded, failed } = countPods(pods);
  const stillActive = verdict.kind === "running" ? active : [];
  const terminating = pods.filter(
    ({ metadata, status }) => metadata.deletionTimestamp && status?.phase !== "Succeeded",
  ).length;
  const conditions = [...(job.status?.conditions ?? []), ...verdictConditions(verdict, timestamp)];
  return {
    ...(stillActive.length > 0 ? { active: stillActive.length } : {}),
    ...(verdict.kind === "complete" ? { completionTime: timestamp } : {}),
    ...(conditions.length > 0 ? { conditions } : {}),
    ...(failed > 0 ? { failed } : {}),
    ready: stillActive.filter(isReady).length,
    startTime: job.status?.startTime ?? timestamp,
    ...(succeeded > 0 ? { succeeded } : {}),
    terminating,
  };
}

/** First that the end is decided, then that it is reached; here both at once. */
function verdictConditions(verdict: JobVerdict, timestamp: string): Condition[] {
  if (verdict.kind === "running") return [];
  const times = { lastProbeTime: timestamp, lastTransitionTime: timestamp, status: "True" };
  if (verdict.kind === "failed") {
    const { reason, message } = verdict;
    return ["FailureTarget", "Failed"].map((type) => ({ ...times, type, reason, message }));
  }
  const reason = "CompletionsReached";
  const message = "Reached expected number of succeeded pods";
  return ["SuccessCriteriaMet", "Complete"].map((type) => ({ ...times, type, reason, message }));
}
