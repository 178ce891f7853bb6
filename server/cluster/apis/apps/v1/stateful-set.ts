import type { FieldError } from "../../../apimachinery/index.ts";
import { deepEqual } from "../../../apimachinery/index.ts";
import { podTemplateDefaults } from "../../core/v1/pod-defaults.ts";
import { ageColumn, nameColumn, text } from "../../meta/columns.ts";
import { forbiddenField } from "../../meta/fields.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import { containersColumn, imagesColumn } from "./template-columns.ts";
import type { StatefulSet } from "./types.ts";
import { validateWorkloadSpec } from "./workload-validation.ts";

const UPDATABLE =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

function defaults(set: StatefulSet): StatefulSet {
  const strategy = withDefaults(set.spec?.updateStrategy ?? {}, { type: "RollingUpdate" });
  const rolling = strategy.type === "RollingUpdate";
  return {
    ...set,
    spec: withDefaults(
      {
        ...set.spec,
        template: podTemplateDefaults(set.spec?.template),
        updateStrategy: rolling
          ? { ...strategy, rollingUpdate: withDefaults(strategy.rollingUpdate ?? {}, { partition: 0 }) }
          : strategy,
      },
      {
        replicas: 1,
        revisionHistoryLimit: 10,
        podManagementPolicy: "OrderedReady",
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        serviceName: "",
      },
    ),
  };
}

/** The spec as its pods will have it: a volume for each claim template, which containers may mount. */
function withClaims(spec: StatefulSet["spec"]): StatefulSet["spec"] {
  const { template, volumeClaimTemplates = [] } = spec;
  const given = template.spec.volumes ?? [];
  const claims = volumeClaimTemplates.flatMap(({ metadata }) => {
    const name = metadata?.name;
    return name === undefined || given.some((volume) => volume.name === name) ? [] : [{ name }];
  });
  return { ...spec, template: { ...template, spec: { ...template.spec, volumes: [...given, ...claims] } } };
}

function validateUpdate(set: StatefulSet, old: StatefulSet): FieldError[] {
  return deepEqual(fixedParts(set), fixedParts(old)) ? [] : [forbiddenField("spec", UPDATABLE)];
}

function fixedParts({ spec }: StatefulSet): object {
  const { selector, serviceName, podManagementPolicy, volumeClaimTemplates } = spec;
  return { selector, serviceName, podManagementPolicy, volumeClaimTemplates };
}

export const statefulSetStrategy: ResourceStrategy<StatefulSet> = {
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  singular: "statefulset",
  shortNames: ["sts"],
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
  defaults,
  prepareForCreate: (set) => ({ ...set, status: { replicas: 0 } }),
  validate: ({ spec }) => [...validateWorkloadSpec(withClaims(spec), "statefulset")],
  validateUpdate,
  printerColumns: [
    nameColumn,
    text("Ready", ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    ageColumn,
    containersColumn,
    imagesColumn,
  ],
};
