import { ageColumn, createdAtColumn, nameColumn, text } from "../../meta/columns.ts";
import { canonicalQuantities } from "../../meta/quantity.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import type { ResourceQuota } from "./types.ts";

/** `used/hard` of the resources whose names do (LIMIT) or do not (REQUEST) begin with `limits`. */
function usageOf({ status }: ResourceQuota, limits: boolean): string {
  return Object.keys(status?.hard ?? {})
    .sort()
    .filter((name) => name.startsWith("limits") === limits)
    .map((name) => `${name}: ${status?.used?.[name] ?? "0"}/${status?.hard?.[name]}`)
    .join(", ");
}

export const resourceQuotaStrategy: ResourceStrategy<ResourceQuota> = {
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  singular: "resourcequota",
  shortNames: ["quota"],
  namespaced: true,
  subresources: { status: true },
  defaults: (quota) => ({ ...quota, spec: { ...quota.spec, ...canonicalQuantities(quota.spec, ["hard"]) } }),
  prepareForCreate: (quota) => ({ ...quota, status: {} }),
  printerColumns: [
    nameColumn,
    text("Request", (quota) => usageOf(quota, false)),
    text("Limit", (quota) => usageOf(quota, true)),
    ageColumn,
  ],
};

export const limitRangeStrategy: ResourceStrategy = {
  group: "",
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
  singular: "limitrange",
  shortNames: ["limits"],
  namespaced: true,
  printerColumns: [nameColumn, createdAtColumn],
};
