import type { KubeObject } from "../../../apimachinery/index.ts";
import { ageColumn, integer, nameColumn, text } from "../../meta/columns.ts";
import { atLeast, invalidValue, required } from "../../meta/fields.ts";
import type { Condition } from "../../meta/types.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";

interface MetricTarget {
  readonly type: string;
  readonly averageUtilization?: number;
  readonly averageValue?: string;
  readonly value?: string;
}

interface ResourceMetric {
  readonly type: string;
  readonly resource?: { readonly name: string; readonly target: MetricTarget };
}

export interface HorizontalPodAutoscaler extends KubeObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly apiVersion?: string; readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly metrics?: readonly ResourceMetric[];
    readonly behavior?: Readonly<Record<string, unknown>>;
  };
  readonly status?: {
    readonly currentReplicas?: number;
    readonly desiredReplicas: number;
    readonly lastScaleTime?: string;
    readonly currentMetrics?:
      | readonly {
          readonly type: string;
          readonly resource?: {
            readonly name: string;
            readonly current: { readonly averageUtilization?: number; readonly averageValue?: string };
          };
        }[]
      | null;
    readonly conditions?: readonly Condition[];
  };
}

/** 80 % of the requested CPU, when no metric is given (autoscaling/v2 SetDefaults_HorizontalPodAutoscaler). */
const CPU: ResourceMetric = {
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
};

function targetsOf({ spec, status }: HorizontalPodAutoscaler): string {
  const shown = (spec.metrics ?? []).slice(0, 2).map(({ resource }, index) => {
    if (!resource) return "<unknown>";
    const current = status?.currentMetrics?.[index]?.resource?.current.averageUtilization;
    const { averageUtilization, averageValue } = resource.target;
    const aim = averageUtilization === undefined ? (averageValue ?? "<auto>") : `${averageUtilization}%`;
    return `${resource.name}: ${current === undefined ? "<unknown>" : `${current}%`}/${aim}`;
  });
  const more = (spec.metrics ?? []).length - shown.length;
  return more > 0 ? `${shown.join(", ")} + ${more} more...` : shown.join(", ") || "<none>";
}

export const horizontalPodAutoscalerStrategy: ResourceStrategy<HorizontalPodAutoscaler> = {
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  singular: "horizontalpodautoscaler",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  subresources: { status: true },
  defaults: (scaler) => ({
    ...scaler,
    spec: withDefaults(scaler.spec ?? {}, { minReplicas: 1, metrics: [CPU] }),
  }),
  prepareForCreate: (scaler) => ({ ...scaler, status: { desiredReplicas: 0, currentMetrics: null } }),
  validate: ({ spec }) => [
    ...atLeast("spec.minReplicas", spec.minReplicas, 1),
    ...(spec.maxReplicas >= 1
      ? []
      : [invalidValue("spec.maxReplicas", spec.maxReplicas ?? 0, "must be greater than 0")]),
    ...(spec.maxReplicas < (spec.minReplicas ?? 1)
      ? [invalidValue("spec.maxReplicas", spec.maxReplicas, "must be greater than or equal to `minReplicas`")]
      : []),
    ...(spec.scaleTargetRef?.kind ? [] : [required("spec.scaleTargetRef.kind")]),
    ...(spec.scaleTargetRef?.name ? [] : [required("spec.scaleTargetRef.name")]),
  ],
  printerColumns: [
    nameColumn,
    text("Reference", ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`),
    text("Targets", targetsOf),
    text("MinPods", ({ spec }) => String(spec.minReplicas ?? "<unset>")),
    integer("MaxPods", ({ spec }) => spec.maxReplicas),
    integer("Replicas", ({ status }) => status?.currentReplicas ?? 0),
    ageColumn,
  ],
};
