import { arrayOf, isObject, matchesLabels, selectorOf, stringOf, valueAt } from "../apimachinery/index.ts";
import type { Node, Pod } from "../apis/index.ts";
import type { Surroundings } from "./affinity.ts";

export type SpreadObstacle = "uneven" | "missing-label";

/**
 * Constraints that forbid (`DoNotSchedule`). Follows framework/plugins/podtopologyspread/filtering.go; node taints
 * count only through the filters before this one.
 */
export function spreadObstacle(pod: Pod, node: Node, around: Surroundings): SpreadObstacle | undefined {
  const hard = arrayOf(pod.spec.topologySpreadConstraints)
    .filter(isObject)
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable !== "ScheduleAnyway");
  const labels = node.metadata.labels ?? {};
  if (hard.some(({ topologyKey }) => labels[stringOf(topologyKey)] === undefined)) return "missing-label";
  const uneven = hard.some((constraint) => {
    const counts = countsOf(constraint, pod, around);
    const domains = Number(valueAt(constraint, "minDomains") ?? 1);
    const least = counts.size < domains ? 0 : Math.min(...counts.values());
    const here = counts.get(labels[stringOf(constraint.topologyKey)] ?? "") ?? 0;
    const itself = counts.size > 0 && matchesConstraint(constraint, pod, pod) ? 1 : 0;
    return here + itself - least > Number(constraint.maxSkew ?? 1);
  });
  return uneven ? "uneven" : undefined;
}

type Constraint = Readonly<Record<string, unknown>>;

/** Matching pods in each domain of the topology. */
function countsOf(constraint: Constraint, pod: Pod, around: Surroundings): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { node, pods } of around.nodes) {
    const domain = node.metadata.labels?.[stringOf(constraint.topologyKey)];
    if (domain === undefined) continue;
    const matching = [...pods()].filter(
      (other) => !other.metadata.deletionTimestamp && matchesConstraint(constraint, pod, other),
    );
    counts.set(domain, (counts.get(domain) ?? 0) + matching.length);
  }
  return counts;
}

function matchesConstraint(constraint: Constraint, pod: Pod, other: Pod): boolean {
  if (other.metadata.namespace !== pod.metadata.namespace) return false;
  const selector = selectorOf(constraint.labelSelector);
  const same = arrayOf(constraint.matchLabelKeys)
    .map(stringOf)
    .every((key) => other.metadata.labels?.[key] === pod.metadata.labels?.[key]);
  return selector !== undefined && same && matchesLabels(selector, other.metadata.labels);
}
