import { type KubeObject, matchesLabels, selectorOf, valueAt } from "../apimachinery/index.ts";
import type { Pod } from "../apis/index.ts";
import type { Obstacle } from "./filter.ts";
import { type Candidate, counted, verdict, type World } from "./plan.ts";

// Follows framework/preemption and plugins/defaultpreemption.

export const priorityOf = ({ spec }: Pod) => spec.priority ?? 0;

export type Eligibility = { readonly kind: "eligible" } | { readonly kind: "not"; readonly why: string };

/** Whether a pod may push others off; one whose victims are still ending waits for them. */
export function eligibility(pod: Pod, podsOn: (node: string) => Iterable<Pod>): Eligibility {
  if (pod.spec.preemptionPolicy === "Never")
    return { kind: "not", why: "not eligible due to preemptionPolicy=Never." };
  const nominated = pod.status?.nominatedNodeName;
  const ending = nominated ? [...podsOn(nominated)].some((other) => isVictim(other, pod)) : false;
  return ending
    ? { kind: "not", why: "not eligible due to a terminating pod on the nominated node." }
    : { kind: "eligible" };
}

const isVictim = (other: Pod, pod: Pod) =>
  other.metadata.deletionTimestamp !== undefined && priorityOf(other) < priorityOf(pod);

export type Preemption =
  | { readonly kind: "preempt"; readonly node: string; readonly victims: readonly Pod[] }
  | { readonly kind: "helpless"; readonly message: string };

interface Found {
  readonly node: string;
  readonly victims: readonly Pod[];
  readonly violations: number;
}

interface Setting {
  readonly world: World;
  readonly budgets: readonly KubeObject[];
  /** What is against each of the world's candidates. */
  readonly against: readonly (readonly Obstacle[])[];
}

/** The node on which ending the least important pods makes room; or why there is none. */
export function planPreemption(pod: Pod, setting: Setting): Preemption {
  const { candidates } = setting.world;
  const tried = candidates.map((candidate, index) => {
    const helps = (setting.against[index] ?? []).every(({ resolvable }) => resolvable);
    return helps ? victimsOn(pod, candidate, setting) : ["Preemption is not helpful for scheduling"];
  });
  const found = tried.flatMap((result) => ("node" in result ? [result] : []));
  const highest = ({ victims }: Found) => Math.max(...victims.map(priorityOf));
  const sum = ({ victims }: Found) => victims.reduce((total, victim) => total + priorityOf(victim), 0);
  const [best] = found.sort(
    (one, other) =>
      one.violations - other.violations ||
      highest(one) - highest(other) ||
      sum(one) - sum(other) ||
      one.victims.length - other.victims.length,
  );
  if (best) return { kind: "preempt", node: best.node, victims: best.victims };
  const reasons = tried.flatMap((result) => ("node" in result ? [] : result));
  return { kind: "helpless", message: counted(reasons, candidates.length) };
}

/** All less important pods away, then as many as possible back: first those that a budget protects, then the important. */
function victimsOn(pod: Pod, candidate: Candidate, { world, budgets }: Setting): Found | string[] {
  const all = [...candidate.pods()];
  const lower = all.filter((other) => priorityOf(other) < priorityOf(pod));
  if (lower.length === 0) return ["No preemption victims found for incoming pod"];
  const obstaclesWith = (kept: readonly Pod[]) => {
    const here = world.withPods(candidate, kept);
    const candidates = world.candidates.map((one) => (one === candidate ? here : one));
    return verdict(pod, here, { ...world, candidates });
  };
  const kept = all.filter((other) => !lower.includes(other));
  const left = obstaclesWith(kept);
  if (left.length > 0) return left.map(({ reason }) => reason);
  const { violating, rest } = byBudgets([...lower].sort(moreImportant), budgets);
  const victims: Pod[] = [];
  let violations = 0;
  for (const other of [...violating, ...rest]) {
    if (obstaclesWith([...kept, other]).length === 0) kept.push(other);
    else {
      victims.push(other);
      if (violating.includes(other)) violations += 1;
    }
  }
  return { node: candidate.node.metadata.name ?? "", victims, violations };
}

function moreImportant(one: Pod, other: Pod): number {
  const started = (pod: Pod) => pod.status?.startTime ?? "";
  return priorityOf(other) - priorityOf(one) || started(one).localeCompare(started(other));
}

/** Pods whose end would go beyond what a budget allows, in the order given. */
function byBudgets(pods: readonly Pod[], budgets: readonly KubeObject[]) {
  const left = new Map(budgets.map((one) => [one, Number(valueAt(one.status, "disruptionsAllowed") ?? 0)]));
  const violating: Pod[] = [];
  const rest: Pod[] = [];
  for (const pod of pods) {
    const ours = budgets.filter((budget) => {
      const selector = selectorOf(valueAt(budget, "spec", "selector"));
      const same = budget.metadata.namespace === pod.metadata.namespace;
      return same && selector !== undefined && matchesLabels(selector, pod.metadata.labels);
    });
    for (const budget of ours) left.set(budget, (left.get(budget) ?? 0) - 1);
    (ours.some((budget) => (left.get(budget) ?? 0) < 0) ? violating : rest).push(pod);
  }
  return { violating, rest };
}
