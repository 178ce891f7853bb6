import { ageColumn, integer, nameColumn } from "../../meta/columns.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import { validateData, validateImmutableData } from "./data-validation.ts";
import type { ConfigMap } from "./types.ts";

const countOf = (map: object | undefined) => Object.keys(map ?? {}).length;

export const configMapStrategy: ResourceStrategy<ConfigMap> = {
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  singular: "configmap",
  shortNames: ["cm"],
  namespaced: true,
  validate: (map) => [...validateData("data", map.data), ...validateData("binaryData", map.binaryData)],
  validateUpdate: validateImmutableData,
  printerColumns: [
    nameColumn,
    integer("Data", (map) => countOf(map.data) + countOf(map.binaryData)),
    ageColumn,
  ],
};
