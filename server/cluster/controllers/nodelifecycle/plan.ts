import type { Node, Pod, Taint, Toleration } from "../../apis/index.ts";

export const UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

/** The node's taints as they should be: a cordoned node carries one. Follows doNoScheduleTaintingPass. */
export function taintsFor({ spec }: Node, now: string): readonly Taint[] | undefined {
  const taints = spec?.taints ?? [];
  const tainted = taints.some(({ key }) => key === UNSCHEDULABLE);
  if (tainted === (spec?.unschedulable ?? false)) return undefined;
  const others = taints.filter(({ key }) => key !== UNSCHEDULABLE);
  return spec?.unschedulable
    ? [...others, { key: UNSCHEDULABLE, effect: "NoSchedule", timeAdded: now }]
    : others;
}

/** Milliseconds until a pod must leave its node: 0 at once, undefined never. Follows pkg/controller/tainteviction. */
export function leavesIn(pod: Pod, { spec }: Node, now: number): number | undefined {
  const waits = (spec?.taints ?? [])
    .filter(({ effect }) => effect === "NoExecute")
    .map((taint) => patience(pod, taint, now));
  const finite = waits.filter((wait): wait is number => wait !== undefined);
  return finite.length > 0 ? Math.min(...finite) : undefined;
}

function patience({ spec }: Pod, taint: Taint, now: number): number | undefined {
  const covering = (spec.tolerations ?? []).filter((toleration) => covers(toleration, taint));
  if (covering.length === 0) return 0;
  const seconds = covering
    .map(({ tolerationSeconds }) => tolerationSeconds)
    .filter((value) => value !== undefined);
  if (seconds.length < covering.length) return undefined;
  const since = Date.parse(taint.timeAdded ?? "") || now;
  return Math.max(0, since + Math.min(...seconds) * 1000 - now);
}

function covers({ key, operator = "Equal", value = "", effect }: Toleration, taint: Taint): boolean {
  if ((effect && effect !== taint.effect) || (key && key !== taint.key)) return false;
  return operator === "Exists" || (!!key && value === (taint.value ?? ""));
}
