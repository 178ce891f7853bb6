import { type HorizontalPodAutoscaler, quantityMilli } from "../../apis/index.ts";
import { MetricsError, type ResourceUse } from "./metrics.ts";

/** Metrics within a tenth of their target change nothing (--horizontal-pod-autoscaler-tolerance). */
const TOLERANCE = 0.1;

type Metric = NonNullable<HorizontalPodAutoscaler["spec"]["metrics"]>[number];
export type CurrentMetric = NonNullable<
  NonNullable<HorizontalPodAutoscaler["status"]>["currentMetrics"]
>[number];

export interface Proposal {
  readonly replicas: number;
  readonly current: CurrentMetric;
  /** E.g. `cpu resource utilization (percentage of request)`. */
  readonly name: string;
}

/** How many replicas one metric asks for. Throws MetricsError for what is not known here. */
export function propose(
  metric: Metric,
  ...[replicas, use]: [replicas: number, use: (resource: "cpu" | "memory") => ResourceUse]
): Proposal {
  const { resource } = metric;
  if (metric.type !== "Resource" || !resource)
    throw new MetricsError(
      "InvalidMetricSourceType",
      `metrics of type ${metric.type} are not supported by the practice cluster`,
    );
  if (resource.name !== "cpu" && resource.name !== "memory")
    throw new MetricsError("FailedGetResourceMetric", `unable to get metrics for resource ${resource.name}`);
  const { total, requested, counted } = use(resource.name);
  const { averageUtilization, averageValue } = resource.target;
  const average = Math.floor(total / counted);
  const value = resource.name === "cpu" ? `${average}m` : String(Math.floor(average / 1000));
  if (averageUtilization !== undefined) {
    const utilization = Math.floor((total * 100) / requested);
    return {
      replicas: scaled(utilization / averageUtilization, replicas, counted),
      current: {
        type: "Resource",
        resource: { name: resource.name, current: { averageUtilization: utilization, averageValue: value } },
      },
      name: `${resource.name} resource utilization (percentage of request)`,
    };
  }
  const target = Number(quantityMilli(averageValue ?? "0") ?? 0n) || 1;
  return {
    replicas: scaled(average / target, replicas, counted),
    current: { type: "Resource", resource: { name: resource.name, current: { averageValue: value } } },
    name: `${resource.name} resource`,
  };
}

function scaled(ratio: number, replicas: number, counted: number): number {
  if (Math.abs(1 - ratio) <= TOLERANCE) return replicas;
  const wanted = Math.ceil(ratio * counted);
  // Pods that are not counted must not turn the direction around.
  return ratio < 1 ? Math.min(wanted, replicas) : Math.max(wanted, replicas);
}

export interface Recommendation {
  readonly at: number;
  readonly replicas: number;
}

export interface Bounds {
  readonly now: number;
  readonly current: number;
  /** What was recommended before, newest last. */
  readonly history: readonly Recommendation[];
}

export interface Decision {
  readonly replicas: number;
  readonly limited?: { readonly reason: string; readonly message: string };
  readonly stabilized: boolean;
}

const SECONDS = 1000;

/** From what metrics ask for to what is done: stabilization, the default pace of growth, and the bounds. */
export function decide(
  scaler: HorizontalPodAutoscaler,
  wanted: number,
  { now, current, history }: Bounds,
): Decision {
  const { minReplicas = 1, maxReplicas } = scaler.spec;
  const window = (windowOf(scaler, "scaleDown") ?? 300) * SECONDS;
  const recent = history.filter(({ at }) => now - at < window).map(({ replicas }) => replicas);
  // Down only as far as nothing in the window asked for more.
  const stable = wanted < current ? Math.min(current, Math.max(wanted, ...recent)) : wanted;
  const pace = Math.max(current * 2, current + 4);
  const paced = stable > current && current > 0 ? Math.min(stable, pace) : stable;
  const stabilized = stable !== wanted;
  if (paced > maxReplicas) {
    const message = "the desired replica count is more than the maximum replica count";
    return { replicas: maxReplicas, limited: { reason: "TooManyReplicas", message }, stabilized };
  }
  if (paced < minReplicas) {
    const message = "the desired replica count is less than the minimum replica count";
    return { replicas: minReplicas, limited: { reason: "TooFewReplicas", message }, stabilized };
  }
  if (paced < stable) {
    const message = "the desired replica count is increasing faster than the maximum scale rate";
    return { replicas: paced, limited: { reason: "ScaleUpLimit", message }, stabilized };
  }
  return { replicas: paced, stabilized };
}

function windowOf({ spec }: HorizontalPodAutoscaler, direction: "scaleDown"): number | undefined {
  const rules: unknown = spec.behavior?.[direction];
  const seconds: unknown =
    typeof rules === "object" && rules !== null
      ? Reflect.get(rules, "stabilizationWindowSeconds")
      : undefined;
  return typeof seconds === "number" ? seconds : undefined;
}
