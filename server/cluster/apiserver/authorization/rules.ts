import type { PolicyRule } from "../../apis/index.ts";
import type { Attributes } from "./attributes.ts";

const has = (list: readonly string[] | undefined, ...wanted: readonly string[]) =>
  wanted.some((item) => list?.includes(item)) || (list?.includes("*") ?? false);

/** Does one rule allow it? Follows rbac.RuleAllows and apis/rbac/v1 evaluation helpers. */
export function ruleAllows(rule: PolicyRule, asked: Attributes): boolean {
  if (!has(rule.verbs, asked.verb)) return false;
  if (asked.kind === "non-resource")
    return (rule.nonResourceURLs ?? []).some((url) => coversPath(url, asked.path));
  const { group, resource, subresource, name } = asked;
  const names = rule.resourceNames ?? [];
  return (
    has(rule.apiGroups, group) &&
    coversResource(rule.resources ?? [], resource, subresource) &&
    (names.length === 0 || names.includes(name))
  );
}

function coversResource(resources: readonly string[], resource: string, subresource: string): boolean {
  if (!subresource) return has(resources, resource);
  return has(resources, `${resource}/${subresource}`, `*/${subresource}`);
}

function coversPath(url: string, path: string): boolean {
  return url === path || url === "*" || (url.endsWith("*") && path.startsWith(url.slice(0, -1)));
}
