import type { Condition, Pod, PodDisruptionBudget } from "../../apis/index.ts";
import { isActive, isReady } from "../common/pods.ts";

export type BudgetStatus = NonNullable<PodDisruptionBudget["status"]>;

export interface BudgetInput {
  /** Pods that the budget selects. */
  readonly pods: readonly Pod[];
  /** What their controllers want, together; undefined when a pod has no controller with a scale. */
  readonly scale: number | undefined;
  readonly timestamp: string;
}

/** Follows trySync, getExpectedPodCount and updatePdbStatus of pkg/controller/disruption. */
export function budgetStatus(
  budget: PodDisruptionBudget,
  { pods, scale, timestamp }: BudgetInput,
): BudgetStatus {
  const { minAvailable, maxUnavailable } = budget.spec;
  const active = pods.filter(isActive);
  const expectedPods = typeof minAvailable === "number" ? active.length : (scale ?? active.length);
  const desiredHealthy =
    maxUnavailable === undefined
      ? amountOf(minAvailable ?? 0, expectedPods)
      : Math.max(0, expectedPods - amountOf(maxUnavailable, expectedPods));
  const currentHealthy = active.filter(isReady).length;
  const disruptionsAllowed = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
  const generation = budget.metadata.generation ?? 1;
  return {
    conditions: [conditionOf(budget, { allowed: disruptionsAllowed > 0, generation, timestamp })],
    currentHealthy,
    desiredHealthy,
    disruptionsAllowed,
    expectedPods,
    observedGeneration: generation,
  };
}

/** A count, or a share of the whole rounded up. */
function amountOf(amount: number | string, whole: number): number {
  if (typeof amount === "number") return amount;
  const percent = Number(amount.replace(/%$/, ""));
  return Number.isFinite(percent) ? Math.ceil((percent * whole) / 100) : 0;
}

interface Verdict {
  readonly allowed: boolean;
  readonly generation: number;
  readonly timestamp: string;
}

function conditionOf(
  { status }: PodDisruptionBudget,
  { allowed, generation, timestamp }: Verdict,
): Condition {
  const present = status?.conditions?.find(({ type }) => type === "DisruptionAllowed");
  const wanted = allowed ? "True" : "False";
  return {
    type: "DisruptionAllowed",
    status: wanted,
    reason: allowed ? "SufficientPods" : "InsufficientPods",
    message: "",
    observedGeneration: generation,
    lastTransitionTime: present?.status === wanted ? (present.lastTransitionTime ?? timestamp) : timestamp,
  };
}
