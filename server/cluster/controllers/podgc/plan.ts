import type { Pod } from "../../apis/index.ts";
import { isEnded } from "../common/pods.ts";
import { TERMINATED_PODS_KEPT } from "../limits.ts";

/** Ended pods beyond the threshold, oldest first, and pods bound to a node that is no more. */
export function planPodGc(pods: readonly Pod[], nodeNames: ReadonlySet<string | undefined>): Pod[] {
  const orphaned = pods.filter(({ spec }) => spec.nodeName && !nodeNames.has(spec.nodeName));
  const ended = pods.filter((pod) => isEnded(pod) && !orphaned.includes(pod));
  const surplus = Math.max(0, ended.length - TERMINATED_PODS_KEPT);
  const created = ({ metadata }: Pod) => metadata.creationTimestamp ?? "";
  const oldest = [...ended].sort((a, b) => (created(a) < created(b) ? -1 : 1)).slice(0, surplus);
  return [...orphaned, ...oldest];
}
