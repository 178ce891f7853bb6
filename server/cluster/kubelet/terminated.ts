import type { ContainerInstance, Exit } from "./container-instance.ts";
import type { ContainerState } from "./pod.ts";
import { timestamp } from "./status.ts";

/** What a pod's status says of a container that has ended; `now` in milliseconds since the epoch. */
export function terminated(
  { startedAt, containerID }: ContainerInstance,
  { code, signal, reason, message }: Exit,
  now: number,
): NonNullable<ContainerState["terminated"]> {
  return {
    exitCode: code,
    ...(signal ? { signal } : {}),
    reason: reason ?? (code === 0 ? "Completed" : "Error"),
    ...(message === undefined ? {} : { message }),
    startedAt: timestamp(reason === "StartError" ? 0 : startedAt),
    finishedAt: timestamp(now),
    containerID,
  };
}
