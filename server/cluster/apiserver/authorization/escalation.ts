import type { PolicyRule } from "../../apis/index.ts";
import type { UserInfo } from "../filters/user.ts";

// Follows component-helpers auth/rbac/validation: nobody gives away a right that they do not have.

/** One right: a verb on one resource, or on one path. */
interface Right {
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  readonly names?: readonly string[];
  readonly path?: string;
}

function rightsOf({
  verbs,
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): Right[] {
  return verbs.flatMap((verb) => [
    ...apiGroups.flatMap((group) =>
      resources.map((resource) => ({ verb, group, resource, names: resourceNames })),
    ),
    ...nonResourceURLs.map((path) => ({ verb, path })),
  ]);
}

const holds = (list: readonly string[] | undefined, item: string) =>
  (list ?? []).includes(item) || (list ?? []).includes("*");

function covers(rule: PolicyRule, { verb, group, resource, names = [], path }: Right): boolean {
  if (!holds(rule.verbs, verb)) return false;
  if (path !== undefined) return (rule.nonResourceURLs ?? []).some((url) => coversPath(url, path));
  const owned = rule.resourceNames ?? [];
  const named = owned.length === 0 || (names.length > 0 && names.every((name) => owned.includes(name)));
  return named && holds(rule.apiGroups, group ?? "") && coversResource(rule.resources ?? [], resource ?? "");
}

function coversPath(owned: string, wanted: string): boolean {
  if (owned === wanted || owned === "*") return true;
  return owned.endsWith("*") && wanted.replace(/\*+$/, "").startsWith(owned.slice(0, -1));
}

function coversResource(owned: readonly string[], wanted: string): boolean {
  const sub = wanted.includes("/") ? `*/${wanted.slice(wanted.indexOf("/") + 1)}` : "";
  return holds(owned, wanted) || (sub !== "" && owned.includes(sub));
}

/** Why somebody who has `owned` may not give away `wanted`, in upstream's words; "" when they may. */
export function escalation(
  user: UserInfo,
  owned: readonly PolicyRule[],
  wanted: readonly PolicyRule[],
): string {
  const missing = wanted.flatMap(rightsOf).filter((right) => !owned.some((rule) => covers(rule, right)));
  if (missing.length === 0) return "";
  const groups = (user.groups ?? []).map((group) => JSON.stringify(group)).join(" ");
  const head = `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:`;
  return [head, ...described(missing)].join("\n");
}

/** Rights to the same thing in one line, as CompactRules and CompactString do. */
function described(rights: readonly Right[]): string[] {
  const verbs = new Map<string, string[]>();
  for (const { verb, group, resource, names = [], path } of rights) {
    const parts =
      path === undefined
        ? [`APIGroups:${list([group ?? ""])}`, `Resources:${list([resource ?? ""])}`]
        : [`NonResourceURLs:${list([path])}`];
    if (names.length > 0) parts.push(`ResourceNames:${list(names)}`);
    const what = parts.join(", ");
    const known = verbs.get(what) ?? [];
    if (!known.includes(verb)) known.push(verb);
    verbs.set(what, known);
  }
  return [...verbs].map(([what, which]) => `{${what}, Verbs:${list(which)}}`).sort();
}

const list = (items: readonly string[]) => `[${items.map((item) => JSON.stringify(item)).join(" ")}]`;
