import type { LabelSelector } from "./specs.ts";

type Labels = Readonly<Record<string, string>>;

/** Whether labels have every pair of a plain selector; an empty one selects everything. */
export const selects = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** `a=b,c=d`, by key, as apimachinery prints a selector. */
export const selectorText = (selector: Labels): string =>
  Object.keys(selector)
    .sort()
    .map((key) => `${key}=${selector[key]}`)
    .join(",");

/** The first key of a selector's text: messages point at its line. */
export const firstKey = (selector: Labels): string => Object.keys(selector).sort()[0] ?? "";

/** metav1.LabelSelector; an absent one selects everything, an unknown operator nothing. */
export function matchesLabelSelector(selector: LabelSelector, labels: Labels): boolean {
  if (!selector) return true;
  return (
    selects(selector.matchLabels, labels) &&
    selector.matchExpressions.every(({ key, operator, values }) => {
      const value = labels[key];
      if (operator === "In") return value !== undefined && values.includes(value);
      if (operator === "NotIn") return value === undefined || !values.includes(value);
      if (operator === "Exists") return value !== undefined;
      return operator === "DoesNotExist" && value === undefined;
    })
  );
}
