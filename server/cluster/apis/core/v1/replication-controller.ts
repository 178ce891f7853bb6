import type { FieldError, KubeObject } from "../../../apimachinery/index.ts";
import { containersColumn, imagesColumn } from "../../apps/v1/template-columns.ts";
import type { ReplicaSetStatus } from "../../apps/v1/types.ts";
import { ageColumn, formatLabels, integer, nameColumn, text, wide } from "../../meta/columns.ts";
import { atLeast, invalidValue, required } from "../../meta/fields.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import { podTemplateDefaults } from "./pod-defaults.ts";
import type { PodTemplateSpec } from "./pod-types.ts";
import { validatePodSpec } from "./pod-validation.ts";

type Labels = Readonly<Record<string, string>>;

export interface ReplicationController extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: Labels;
    readonly template?: PodTemplateSpec;
  };
  readonly status?: ReplicaSetStatus;
}

function validate({ spec }: ReplicationController): FieldError[] {
  const selector = Object.entries(spec.selector ?? {});
  const labels = spec.template?.metadata?.labels ?? {};
  const errors = [
    ...atLeast("spec.replicas", spec.replicas, 0),
    ...validatePodSpec(spec.template?.spec ?? { containers: [] }, "spec.template.spec"),
  ];
  if (selector.length === 0) errors.push(required("spec.selector"));
  if (selector.some(([key, value]) => labels[key] !== value)) {
    errors.push(
      invalidValue("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"),
    );
  }
  return errors;
}

export const replicationControllerStrategy: ResourceStrategy<ReplicationController> = {
  group: "",
  version: "v1",
  kind: "ReplicationController",
  plural: "replicationcontrollers",
  singular: "replicationcontroller",
  shortNames: ["rc"],
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
  defaults: (object) => {
    const template = podTemplateDefaults(object.spec?.template);
    const spec = withDefaults(
      { ...object.spec, template },
      { replicas: 1, selector: template.metadata?.labels ?? {} },
    );
    return { ...object, spec };
  },
  prepareForCreate: (object) => ({ ...object, status: { replicas: 0 } }),
  validate,
  printerColumns: [
    nameColumn,
    integer("Desired", ({ spec }) => spec.replicas ?? 0),
    integer("Current", ({ status }) => status?.replicas ?? 0),
    integer("Ready", ({ status }) => status?.readyReplicas ?? 0),
    ageColumn,
    wide(text("Containers", (object) => containersColumn.cell(withoutSelector(object), 0) as string)),
    wide(text("Images", (object) => imagesColumn.cell(withoutSelector(object), 0) as string)),
    wide(text("Selector", ({ spec }) => formatLabels(spec.selector))),
  ],
};

/** Its selector is a plain map, not a LabelSelector. */
function withoutSelector(object: ReplicationController) {
  return { ...object, spec: { template: object.spec.template } };
}
