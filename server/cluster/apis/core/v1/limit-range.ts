import type { FieldError } from "../../../apimachinery/index.ts";
import { createdAtColumn, nameColumn } from "../../meta/columns.ts";
import { forbiddenField, invalidValue, required } from "../../meta/fields.ts";
import { canonicalQuantities, quantityMilli } from "../../meta/quantity.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import type { LimitRange, LimitRangeItem } from "./types.ts";

const LISTS = ["min", "max", "default", "defaultRequest", "maxLimitRequestRatio"] as const;
type List = (typeof LISTS)[number];

/** Follows SetDefaults_LimitRangeItem: what a container gets by default comes from the bounds where nothing else is said. */
function itemDefaults(given: LimitRangeItem): LimitRangeItem {
  const item: LimitRangeItem = { ...given, ...canonicalQuantities(given, LISTS) };
  if (item.type !== "Container") return item;
  const limits = { ...item.max, ...item.default };
  return { ...item, default: limits, defaultRequest: { ...item.min, ...limits, ...item.defaultRequest } };
}

/** What may not exceed what, the field that is blamed, and its value. The words are those of ValidateLimitRange. */
const ORDER: readonly {
  less: List;
  more: List;
  field: List;
  value: List;
  words: readonly [string, string];
}[] = [
  { less: "min", more: "max", field: "min", value: "min", words: ["min value", "max value"] },
  {
    less: "min",
    more: "defaultRequest",
    field: "defaultRequest",
    value: "defaultRequest",
    words: ["min value", "default request value"],
  },
  {
    less: "defaultRequest",
    more: "max",
    field: "defaultRequest",
    value: "defaultRequest",
    words: ["default request value", "max value"],
  },
  {
    less: "defaultRequest",
    more: "default",
    field: "defaultRequest",
    value: "defaultRequest",
    words: ["default request value", "default limit value"],
  },
  { less: "min", more: "default", field: "default", value: "min", words: ["min value", "default value"] },
  { less: "default", more: "max", field: "default", value: "default", words: ["default value", "max value"] },
];

function itemErrors(item: LimitRangeItem, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!item.type) errors.push(required(`${path}.type`));
  if (item.type === "Pod") {
    const detail = "may not be specified when `type` is 'Pod'";
    for (const list of ["default", "defaultRequest"] as const)
      if (Object.keys(item[list] ?? {}).length > 0) errors.push(forbiddenField(`${path}.${list}`, detail));
  }
  for (const { less, more, field, value, words } of ORDER) {
    for (const [name, lesser] of Object.entries(item[less] ?? {})) {
      const greater = item[more]?.[name];
      if (greater === undefined || milli(lesser) <= milli(greater)) continue;
      const detail = `${words[0]} ${lesser} is greater than ${words[1]} ${greater}`;
      errors.push(invalidValue(`${path}.${field}[${name}]`, item[value]?.[name], detail));
    }
  }
  return errors;
}

const milli = (text: string) => quantityMilli(text) ?? 0n;

export const limitRangeStrategy: ResourceStrategy<LimitRange> = {
  group: "",
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
  singular: "limitrange",
  shortNames: ["limits"],
  namespaced: true,
  defaults: (range) => ({
    ...range,
    ...(range.spec ? { spec: { ...range.spec, limits: (range.spec.limits ?? []).map(itemDefaults) } } : {}),
  }),
  validate: ({ spec }) =>
    (spec?.limits ?? []).flatMap((item, index) => itemErrors(item, `spec.limits[${index}]`)),
  printerColumns: [nameColumn, createdAtColumn],
};
