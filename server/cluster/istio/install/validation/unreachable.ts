import { entries, type Fields, list, text } from "./json.ts";
import type { Warning } from "./verdict.ts";

// Rules that can never be used. Follows analyzeUnreachable*Rules and coveredValidation of pkg/config/validation.

const ruleName = (route: Fields, index: number): string => nameOr(route, `#${index}`);
const nameOr = (named: Fields, fallback: string): string =>
  text(named, "name") ? `"${text(named, "name")}"` : fallback;

export function unreachableRules(routes: readonly Fields[], http: boolean): Warning[] {
  const warnings: Warning[] = [];
  const seen = new Map<string, number>();
  const prefixes: PrefixMatch[] = [];
  let emptyBefore = false;
  for (const [index, route] of routes.entries()) {
    const rule = ruleName(route, index);
    const matches = list(route.match);
    if (matches.length === 0) {
      const reason = "only the last rule can have no matches";
      if (emptyBefore) warnings.push({ kind: "unreachable-rule", rule, reason });
      emptyBefore = true;
      continue;
    }
    let duplicates = 0;
    for (const [number, match] of matches.entries()) {
      const key = canonical({ ...match, name: undefined });
      const first = seen.get(key);
      const name = nameOr(match, `#${number}`);
      if (first !== undefined) {
        const other = ruleName(routes[first] ?? {}, first);
        warnings.push({ kind: "ineffective-match", rule, match: name, other });
        duplicates++;
        continue;
      }
      seen.set(key, index);
      const prefix = text(match, "uri", "prefix");
      if (http && prefix) prefixes.push({ rule, name, prefix, match });
    }
    if (duplicates === matches.length)
      warnings.push({ kind: "unreachable-rule", rule, reason: "all matches used by prior rules" });
  }
  return [...warnings, ...coveredMatches(prefixes)];
}

interface PrefixMatch {
  readonly rule: string;
  readonly name: string;
  readonly prefix: string;
  readonly match: Fields;
}

function coveredMatches(prefixes: readonly PrefixMatch[]): Warning[] {
  return prefixes.flatMap((first, index) =>
    prefixes
      .slice(index + 1)
      .filter((later) => later.prefix !== first.prefix && covers(first, later))
      .map(
        (later): Warning => ({
          kind: "ineffective-match",
          rule: later.rule,
          match: `${later.name} of prefix ${later.prefix}`,
          other: `${first.name} of prefix ${first.prefix} on ${first.rule}`,
        }),
      ),
  );
}

function covers(first: PrefixMatch, later: PrefixMatch): boolean {
  if (!later.prefix.startsWith(first.prefix)) return false;
  if (text(first.match, "port") !== text(later.match, "port")) return false;
  // A method left out counts as GET.
  const method = ({ match }: PrefixMatch) => matchText(match.method) || "exact:GET";
  if (!method(first).startsWith(method(later))) return false;
  if (!matchText(first.match.authority).startsWith(matchText(later.match.authority))) return false;
  return ["headers", "queryParams", "withoutHeaders"].every((part) => {
    const [own, other] = [entries(first.match[part]), new Map(entries(later.match[part]))];
    return (
      own.length === other.size &&
      own.every(([key, value]) => other.has(key) && matchText(value).startsWith(matchText(other.get(key))))
    );
  });
}

const matchText = (match: unknown): string => {
  const exact = text(match, "exact");
  if (exact) return `exact:${exact}`;
  const prefix = text(match, "prefix");
  return prefix ? `prefix:${prefix}` : "";
};

/** JSON that is the same for the same fields in any order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
