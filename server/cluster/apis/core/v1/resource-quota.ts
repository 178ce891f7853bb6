import type { FieldError } from "../../../apimachinery/index.ts";
import { ageColumn, nameColumn, text } from "../../meta/columns.ts";
import { invalidValue } from "../../meta/fields.ts";
import { canonicalQuantities, quantityMilli } from "../../meta/quantity.ts";
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

/** Names without a slash that a quota may limit. Follows helper.IsStandardQuotaResourceName. */
const STANDARD = new Set([
  ...["cpu", "memory", "ephemeral-storage"].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
  "requests.storage",
  "pods",
  "resourcequotas",
  "services",
  "services.nodeports",
  "services.loadbalancers",
  "replicationcontrollers",
  "secrets",
  "persistentvolumeclaims",
  "configmaps",
]);

function hardErrors({ spec }: ResourceQuota): FieldError[] {
  return Object.entries(spec?.hard ?? {}).flatMap(([name, amount]) => {
    const field = `spec.hard[${name}]`;
    const known = name.includes("/") || /^(requests\.)?hugepages-/.test(name) || STANDARD.has(name);
    const kind = "must be a standard resource type or fully qualified";
    const unknown = [kind, "must be a standard resource for quota"].map((why) =>
      invalidValue(field, name, why),
    );
    const negative = (quantityMilli(amount) ?? 0n) < 0n;
    const least = invalidValue(field, amount, "must be greater than or equal to 0");
    return [...(known ? [] : unknown), ...(negative ? [least] : [])];
  });
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
  validate: hardErrors,
  printerColumns: [
    nameColumn,
    text("Request", (quota) => usageOf(quota, false)),
    text("Limit", (quota) => usageOf(quota, true)),
    ageColumn,
  ],
};
