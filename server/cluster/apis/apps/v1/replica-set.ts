import { podTemplateDefaults } from "../../core/v1/pod-defaults.ts";
import { ageColumn, integer, nameColumn } from "../../meta/columns.ts";
import { immutable } from "../../meta/object-meta.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import { containersColumn, imagesColumn, selectorColumn } from "./template-columns.ts";
import type { ReplicaSet } from "./types.ts";
import { validateWorkloadSpec } from "./workload-validation.ts";

export const replicaSetStrategy: ResourceStrategy<ReplicaSet> = {
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  singular: "replicaset",
  shortNames: ["rs"],
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
  defaults: (replicaSet) => ({
    ...replicaSet,
    spec: withDefaults(
      { ...replicaSet.spec, template: podTemplateDefaults(replicaSet.spec?.template) },
      { replicas: 1 },
    ),
  }),
  prepareForCreate: (replicaSet) => ({ ...replicaSet, status: { replicas: 0 } }),
  validate: ({ spec }) => [...validateWorkloadSpec(spec)],
  validateUpdate: (replicaSet, old) =>
    immutable("spec.selector", replicaSet.spec.selector, old.spec.selector),
  printerColumns: [
    nameColumn,
    integer("Desired", ({ spec }) => spec.replicas ?? 0),
    integer("Current", ({ status }) => status?.replicas ?? 0),
    integer("Ready", ({ status }) => status?.readyReplicas ?? 0),
    ageColumn,
    containersColumn,
    imagesColumn,
    selectorColumn,
  ],
  selectableFields: ({ status }) => ({ "status.replicas": String(status?.replicas ?? 0) }),
};
