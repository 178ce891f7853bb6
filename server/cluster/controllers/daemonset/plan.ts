import { arrayOf, valueAt } from "../../apimachinery/index.ts";
import type { DaemonSet, Node, Pod, Taint, Toleration } from "../../apis/index.ts";
import { isActive, isEnded, isReady, podFromTemplate } from "../common/pods.ts";
import { REVISION_HASH } from "../common/revisions.ts";

export interface DaemonPlan {
  /** Names of nodes that lack a pod. */
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
}

/** What a daemon pod bears that others do not. Follows AddOrUpdateDaemonPodTolerations. */
const TOLERATIONS: readonly Toleration[] = [
  { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/disk-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/memory-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/pid-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" },
];

/** Node selector and taints; node affinity in the template is left to the scheduler. */
export function runsOn({ spec }: DaemonSet, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  const selector = Object.entries(spec.template.spec.nodeSelector ?? {});
  if (selector.some(([key, value]) => labels[key] !== value)) return false;
  const tolerations = [...(spec.template.spec.tolerations ?? []), ...TOLERATIONS];
  return (node.spec?.taints ?? []).every(
    (taint) => taint.effect === "PreferNoSchedule" || tolerations.some((t) => bears(t, taint)),
  );
}

function bears({ key, operator = "Equal", value = "", effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  return operator === "Exists" || (!!key && value === (taint.value ?? ""));
}

/** The node a daemon pod is on, or the one its affinity names while it is not bound yet. */
export function nodeOf({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const required = valueAt(spec.affinity, "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  const [term] = arrayOf(valueAt(required, "nodeSelectorTerms"));
  const [field] = arrayOf(valueAt(term, "matchFields"));
  const [name] = arrayOf(valueAt(field, "values"));
  return typeof name === "string" ? name : undefined;
}

export function planDaemonSet(
  set: DaemonSet,
  { nodes, pods, hash }: { nodes: readonly Node[]; pods: readonly Pod[]; hash: string },
): DaemonPlan {
  const create: string[] = [];
  const remove: Pod[] = [];
  const wanted = new Set(
    nodes.filter((node) => runsOn(set, node)).map(({ metadata }) => metadata.name ?? ""),
  );
  let unavailable = 0;
  const outdated: Pod[] = [];
  for (const name of wanted) {
    const here = pods.filter((pod) => nodeOf(pod) === name);
    const [first, ...extra] = here.filter(isActive).sort((a, b) => Number(isReady(b)) - Number(isReady(a)));
    remove.push(...extra, ...here.filter((pod) => isEnded(pod) && !pod.metadata.deletionTimestamp));
    // A pod on its way out still holds its place.
    if (here.length === 0) create.push(name);
    if (!first || !isReady(first)) unavailable++;
    if (first && first.metadata.labels?.[REVISION_HASH] !== hash) outdated.push(first);
  }
  remove.push(...pods.filter((pod) => isActive(pod) && !wanted.has(nodeOf(pod) ?? "")));
  return { create, remove: [...remove, ...nextUpdates(set, outdated, { unavailable, total: wanted.size })] };
}

/** Old pods that may go now: the broken ones, and as many others as maxUnavailable leaves room for. */
function nextUpdates(
  { spec }: DaemonSet,
  outdated: readonly Pod[],
  { unavailable, total }: { unavailable: number; total: number },
): Pod[] {
  if (spec.updateStrategy?.type === "OnDelete") return [];
  const most = spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  const limit = typeof most === "number" ? most : Math.ceil((Number.parseInt(most, 10) * total) / 100);
  const broken = outdated.filter((pod) => !isReady(pod));
  const room = Math.max(0, Math.max(1, limit) - unavailable);
  return [...broken, ...outdated.filter(isReady).slice(0, room)];
}

/** The pod for one node: it may be scheduled there only. */
export function daemonPod(set: DaemonSet, node: string, hash: string): Pod {
  const pod = podFromTemplate(set.spec.template, set);
  const term = { matchFields: [{ key: "metadata.name", operator: "In", values: [node] }] };
  const required = { nodeSelectorTerms: [term] };
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: { ...pod.metadata.labels, [REVISION_HASH]: hash },
    },
    spec: {
      ...pod.spec,
      affinity: {
        ...pod.spec.affinity,
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required },
      },
      tolerations: [...(pod.spec.tolerations ?? []), ...TOLERATIONS],
    },
  };
}
