import type { MetadataMatcher, Route, RouteConfiguration, RouteMatch, VirtualHost } from "../../xds/index.ts";
import { fullMatch, matchHeader, matchString, type RequestHead, within } from "../matchers.ts";

/** Lower-case domains of a configuration: most are whole names, and found by one look. */
interface DomainIndex {
  readonly exact: ReadonlyMap<string, VirtualHost>;
  readonly patterns: readonly { readonly domain: string; readonly host: VirtualHost }[];
}

const indexes = new WeakMap<RouteConfiguration, DomainIndex>();

function indexOf(config: RouteConfiguration): DomainIndex {
  const known = indexes.get(config);
  if (known) return known;
  const exact = new Map<string, VirtualHost>();
  const patterns: { domain: string; host: VirtualHost }[] = [];
  for (const host of config.virtualHosts) {
    for (const domain of host.domains.map((one) => one.toLowerCase())) {
      if (!exact.has(domain)) exact.set(domain, host);
      if (domain.startsWith("*") || domain.endsWith("*")) patterns.push({ domain, host });
    }
  }
  const index = { exact, patterns };
  indexes.set(config, index);
  return index;
}

/** Exact name, then the longest `*.suffix`, then the longest `prefix.*`, then `*` (Envoy router/config_impl.cc). */
export function findVirtualHost(config: RouteConfiguration, authority: string): VirtualHost | undefined {
  const name = (config.ignorePortInHostMatching ? authority.replace(/:\d+$/, "") : authority).toLowerCase();
  const { exact, patterns } = indexOf(config);
  const named = exact.get(name);
  if (named) return named;
  let best: { host: VirtualHost; rank: number } | undefined;
  for (const { domain, host } of patterns) {
    const rank = rankDomain(domain, name);
    if (rank > (best?.rank ?? 0)) best = { host, rank };
  }
  return best?.host;
}

const SUFFIX = 2_000_000;
const PREFIX = 1_000_000;

function rankDomain(domain: string, name: string): number {
  if (domain === "*") return 1;
  if (domain.startsWith("*") && name.length > domain.length - 1 && name.endsWith(domain.slice(1)))
    return SUFFIX + domain.length;
  if (domain.endsWith("*") && name.startsWith(domain.slice(0, -1))) return PREFIX + domain.length;
  return 0;
}

export function findRoute(host: VirtualHost, head: RequestHead, fraction: () => number): Route | undefined {
  return host.routes?.find((route) => matches(route.match, head, fraction));
}

function matches(match: RouteMatch, head: RequestHead, fraction: () => number): boolean {
  if (!pathMatches(match, pathOf(head.path))) return false;
  if (match.headers?.some((header) => !matchHeader(header, head))) return false;
  if (match.queryParameters?.length && !queryMatches(match, head.path)) return false;
  if (match.dynamicMetadata?.some((wanted) => !metadataMatches(wanted, head))) return false;
  return !match.runtimeFraction || within(match.runtimeFraction.defaultValue, fraction());
}

function metadataMatches({ filter, path, value, invert }: MetadataMatcher, head: RequestHead): boolean {
  const found = head.metadata?.(
    filter,
    path.map(({ key }) => key),
  );
  const values: readonly unknown[] = Array.isArray(found) ? found : [found];
  const { stringMatch } = value;
  const holds = stringMatch
    ? values.some((one) => typeof one === "string" && matchString(stringMatch, one))
    : found !== undefined;
  return holds !== (invert ?? false);
}

export function pathOf(target: string): string {
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}

function pathMatches(match: RouteMatch, path: string): boolean {
  const fold = (text: string) => (match.caseSensitive === false ? text.toLowerCase() : text);
  const subject = fold(path);
  if (match.path !== undefined) return subject === fold(match.path);
  if (match.prefix !== undefined) return subject.startsWith(fold(match.prefix));
  if (match.pathSeparatedPrefix !== undefined) {
    const prefix = fold(match.pathSeparatedPrefix);
    return subject === prefix || subject.startsWith(`${prefix}/`);
  }
  if (match.safeRegex)
    return fullMatch(match.safeRegex.regex, match.caseSensitive === false)?.test(path) ?? false;
  return true;
}

function queryMatches(match: RouteMatch, target: string): boolean {
  const at = target.indexOf("?");
  const parameters = new URLSearchParams(at < 0 ? "" : target.slice(at + 1));
  return (match.queryParameters ?? []).every((wanted) => {
    const value = parameters.get(wanted.name);
    if (value === null) return wanted.presentMatch === false;
    return wanted.stringMatch ? matchString(wanted.stringMatch, value) : wanted.presentMatch !== false;
  });
}
