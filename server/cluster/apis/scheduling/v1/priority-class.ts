import type { KubeObject } from "../../../apimachinery/index.ts";
import { ageColumn, integer, nameColumn, text } from "../../meta/columns.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";

export interface PriorityClass extends KubeObject {
  readonly value: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
  readonly description?: string;
}

export const priorityClassStrategy: ResourceStrategy<PriorityClass> = {
  group: "scheduling.k8s.io",
  version: "v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  singular: "priorityclass",
  shortNames: ["pc"],
  namespaced: false,
  defaults: (object) => withDefaults(object, { value: 0, preemptionPolicy: "PreemptLowerPriority" }),
  printerColumns: [
    nameColumn,
    integer("Value", ({ value }) => value),
    text("Global-Default", ({ globalDefault }) => String(globalDefault ?? false)),
    ageColumn,
    text("PreemptionPolicy", ({ preemptionPolicy }) => preemptionPolicy ?? ""),
  ],
};
