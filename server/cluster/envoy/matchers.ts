import type { FractionalPercent, HeaderMatcher, StringMatcher } from "../xds/index.ts";
import type { HeaderMap } from "./http/headers.ts";

const compiled = new Map<string, RegExp | undefined>();
const MAX_COMPILED = 2_000;

/** RE2 text as a JavaScript expression over the whole value; undefined when it cannot be compiled. */
export function fullMatch(regex: string, ignoreCase = false): RegExp | undefined {
  const key = `${ignoreCase}${regex}`;
  if (compiled.has(key)) return compiled.get(key);
  if (compiled.size > MAX_COMPILED) compiled.clear();
  const expression = compile(regex, ignoreCase);
  compiled.set(key, expression);
  return expression;
}

function compile(regex: string, ignoreCase: boolean): RegExp | undefined {
  // RE2 writes flags in front, `(?i)`; JavaScript takes them apart.
  const inline = /^\(\?([a-z]+)\)/.exec(regex);
  const body = inline ? regex.slice(inline[0].length) : regex;
  const flags = new Set(`${inline?.[1] ?? ""}${ignoreCase ? "i" : ""}`.replace(/[^is]/g, ""));
  try {
    return new RegExp(`^(?:${body})$`, [...flags].join(""));
  } catch {
    return undefined; // not a valid expression matches nothing; istiod's webhook refuses it earlier
  }
}

export function matchString(matcher: StringMatcher, value: string): boolean {
  const fold = (text: string) => (matcher.ignoreCase ? text.toLowerCase() : text);
  const subject = fold(value);
  if (matcher.exact !== undefined) return subject === fold(matcher.exact);
  if (matcher.prefix !== undefined) return subject.startsWith(fold(matcher.prefix));
  if (matcher.suffix !== undefined) return subject.endsWith(fold(matcher.suffix));
  if (matcher.contains !== undefined) return subject.includes(fold(matcher.contains));
  if (matcher.safeRegex) return fullMatch(matcher.safeRegex.regex, matcher.ignoreCase)?.test(value) ?? false;
  return true;
}

/** What a matcher may look at: fields and the pseudo headers. */
export interface RequestHead {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  /** With query. */
  readonly path: string;
  readonly headers: HeaderMap;
  /** What filters have found out so far, by filter and path. */
  readonly metadata?: (filter: string, path: readonly string[]) => unknown;
}

export function headerOf(head: RequestHead, name: string): string | undefined {
  switch (name) {
    case ":method":
      return head.method;
    case ":scheme":
      return head.scheme;
    case ":authority":
    case "host":
      return head.authority;
    case ":path":
      return head.path;
    default:
      return head.headers.joined(name.toLowerCase());
  }
}

export function matchHeader(matcher: HeaderMatcher, head: RequestHead): boolean {
  const value = headerOf(head, matcher.name) ?? (matcher.treatMissingHeaderAsEmpty ? "" : undefined);
  const invert = matcher.invertMatch ?? false;
  if (!matcher.stringMatch) {
    const wanted = matcher.presentMatch ?? true;
    return ((value !== undefined) === wanted) !== invert;
  }
  // Envoy (http/header_utility.cc): a missing header matches only an inverted matcher.
  if (value === undefined) return invert;
  return matchString(matcher.stringMatch, value) !== invert;
}

const SCALE = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 } as const;

/** Whether chance falls within the percentage; `fraction` is in [0, 1). */
export function within(percent: FractionalPercent | undefined, fraction: number): boolean {
  if (!percent) return false;
  return fraction < (percent.numerator ?? 0) / SCALE[percent.denominator ?? "HUNDRED"];
}
