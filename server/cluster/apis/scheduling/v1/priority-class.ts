import type { KubeObject } from "../../../apimachinery/index.ts";
import { ageColumn, integer, nameColumn, text } from "../../meta/columns.ts";
import { forbiddenField } from "../../meta/fields.ts";
import { immutable } from "../../meta/object-meta.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";

export interface PriorityClass extends KubeObject {
  readonly value: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
  readonly description?: string;
}

/** HighestUserDefinablePriority. */
const HIGHEST = 1_000_000_000;

/** The two that every cluster has. Follows pkg/apis/scheduling/v1/helpers.go. */
export const SYSTEM_PRIORITY_CLASSES: readonly PriorityClass[] = [
  {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name: "system-node-critical" },
    value: 2_000_001_000,
    description: "Used for system critical pods that must not be moved from their node.",
  },
  {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name: "system-cluster-critical" },
    value: 2_000_000_000,
    description:
      "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
  },
];

export const priorityClassStrategy: ResourceStrategy<PriorityClass> = {
  group: "scheduling.k8s.io",
  version: "v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  singular: "priorityclass",
  shortNames: ["pc"],
  namespaced: false,
  validate: ({ metadata: { name = "" }, value, globalDefault }) => {
    const known = SYSTEM_PRIORITY_CLASSES.find(({ metadata }) => metadata.name === name);
    if (known)
      return known.value === value && !globalDefault ? [] : [forbiddenField("metadata.name", reserved(name))];
    if (name.startsWith("system-")) return [forbiddenField("metadata.name", reserved(name))];
    const limit = `maximum allowed value of a user defined priority is ${HIGHEST}`;
    return value > HIGHEST ? [forbiddenField("value", limit)] : [];
  },
  validateUpdate: (object, old) => [
    ...(object.value === old.value ? [] : [forbiddenField("value", "may not be changed in an update.")]),
    ...immutable("preemptionPolicy", object.preemptionPolicy, old.preemptionPolicy),
  ],
  defaults: (object) => withDefaults(object, { value: 0, preemptionPolicy: "PreemptLowerPriority" }),
  printerColumns: [
    nameColumn,
    integer("Value", ({ value }) => value),
    text("Global-Default", ({ globalDefault }) => String(globalDefault ?? false)),
    ageColumn,
    text("PreemptionPolicy", ({ preemptionPolicy }) => preemptionPolicy ?? ""),
  ],
};

function reserved(name: string): string {
  return `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`;
}
