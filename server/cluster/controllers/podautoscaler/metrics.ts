import { type Container, type Pod, type PodMetrics, quantityMilli } from "../../apis/index.ts";
import { conditionOf } from "../common/pods.ts";

/** One resource's use over the pods that count, and what they ask for. In thousandths of the unit. */
export interface ResourceUse {
  readonly total: number;
  readonly requested: number;
  readonly counted: number;
}

export class MetricsError extends Error {
  constructor(
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** Adds up a resource over ready pods. Follows replica_calculator and GetResourceUtilizationRatio; missing metrics are left out. */
export function resourceUse(
  pods: readonly Pod[],
  metrics: ReadonlyMap<string, PodMetrics>,
  resource: "cpu" | "memory",
): ResourceUse {
  let [total, requested, counted] = [0, 0, 0];
  for (const pod of pods.filter(counts)) {
    const found = metrics.get(pod.metadata.name ?? "");
    if (!found) continue;
    counted += 1;
    for (const { usage } of found.containers) total += milli(usage[resource]);
    requested += requestOf(pod, resource);
  }
  if (counted === 0)
    throw new MetricsError(
      "FailedGetResourceMetric",
      `failed to get ${resource} utilization: unable to get metrics for resource ${resource}: no metrics returned from resource metrics API`,
    );
  return { total, requested, counted };
}

const counts = (pod: Pod) =>
  !pod.metadata.deletionTimestamp &&
  pod.status?.phase === "Running" &&
  conditionOf(pod, "Ready")?.status === "True";

function requestOf({ spec, metadata }: Pod, resource: "cpu" | "memory"): number {
  return [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)].reduce((sum, container) => {
    const request = container.resources?.requests?.[resource];
    if (request === undefined)
      throw new MetricsError(
        "FailedGetResourceMetric",
        `failed to get ${resource} utilization: missing request for ${resource} in container ${container.name} of Pod ${metadata.name}`,
      );
    return sum + milli(request);
  }, 0);
}

const isSidecar = ({ restartPolicy }: Container) => restartPolicy === "Always";

/** Nanocores are below what quantityMilli keeps: rounded up to thousandths, as upstream's MilliValue does. */
const milli = (text: string | undefined) => Number(quantityMilli(text ?? "0") ?? 0n);
