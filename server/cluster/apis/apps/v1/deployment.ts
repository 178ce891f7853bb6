import type { FieldError } from "../../../apimachinery/index.ts";
import { podTemplateDefaults } from "../../core/v1/pod-defaults.ts";
import { ageColumn, integer, nameColumn, text } from "../../meta/columns.ts";
import { forbiddenField, invalidValue, notSupported } from "../../meta/fields.ts";
import { immutable } from "../../meta/object-meta.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import { containersColumn, imagesColumn, selectorColumn } from "./template-columns.ts";
import type { Deployment, DeploymentSpec } from "./types.ts";
import { validateWorkloadSpec } from "./workload-validation.ts";

// Defaults follow pkg/apis/apps/v1/defaults.go SetDefaults_Deployment.
const ROLLING_UPDATE = { maxUnavailable: "25%", maxSurge: "25%" };

function specDefaults(spec: DeploymentSpec): DeploymentSpec {
  const strategy = withDefaults(spec?.strategy ?? {}, { type: "RollingUpdate" });
  return withDefaults(
    {
      ...spec,
      template: podTemplateDefaults(spec?.template),
      strategy:
        strategy.type === "RollingUpdate"
          ? { ...strategy, rollingUpdate: withDefaults(strategy.rollingUpdate ?? {}, ROLLING_UPDATE) }
          : strategy,
    },
    { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
  );
}

function validateStrategy({ strategy }: DeploymentSpec): FieldError[] {
  const { type, rollingUpdate } = strategy ?? {};
  const path = "spec.strategy";
  if (type === "Recreate") {
    const detail = "may not be specified when strategy `type` is 'Recreate'";
    return rollingUpdate ? [forbiddenField(`${path}.rollingUpdate`, detail)] : [];
  }
  if (type !== "RollingUpdate") return [notSupported(path, type ?? "", ["Recreate", "RollingUpdate"])];
  const isZero = (value: number | string | undefined) => value === 0 || value === "0%";
  if (!isZero(rollingUpdate?.maxUnavailable) || !isZero(rollingUpdate?.maxSurge)) return [];
  const field = `${path}.rollingUpdate.maxUnavailable`;
  return [invalidValue(field, rollingUpdate?.maxUnavailable, "may not be 0 when `maxSurge` is 0")];
}

function validateDeadline({ progressDeadlineSeconds, minReadySeconds = 0 }: DeploymentSpec): FieldError[] {
  if (progressDeadlineSeconds === undefined || progressDeadlineSeconds > minReadySeconds) return [];
  const detail = "must be greater than minReadySeconds";
  return [invalidValue("spec.progressDeadlineSeconds", progressDeadlineSeconds, detail)];
}

export const deploymentStrategy: ResourceStrategy<Deployment> = {
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  singular: "deployment",
  shortNames: ["deploy"],
  categories: ["all"],
  namespaced: true,
  subresources: {
    status: true,
    scale: {
      specReplicasPath: ".spec.replicas",
      statusReplicasPath: ".status.replicas",
      labelSelectorPath: ".spec.selector",
    },
  },
  defaults: (deployment) => ({ ...deployment, spec: specDefaults(deployment.spec) }),
  // Status belongs to the controller; a client that sends one is ignored, not refused.
  prepareForCreate: (deployment) => ({ ...deployment, status: {} }),
  validate: ({ spec }) => [
    ...validateWorkloadSpec(spec),
    ...validateStrategy(spec),
    ...validateDeadline(spec),
  ],
  validateUpdate: (deployment, old) =>
    immutable("spec.selector", deployment.spec.selector, old.spec.selector),
  printerColumns: [
    nameColumn,
    text("Ready", ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    integer("Up-to-date", ({ status }) => status?.updatedReplicas ?? 0),
    integer("Available", ({ status }) => status?.availableReplicas ?? 0),
    ageColumn,
    containersColumn,
    imagesColumn,
    selectorColumn,
  ],
};
