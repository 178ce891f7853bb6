import { entries, field, type Json, list, text } from "../json.ts";
import { fqdnOf } from "./breadcrumbs.ts";
import { type Config, type Service, selects } from "./objects.ts";

type Labels = Readonly<Record<string, string>>;

/** Subsets by whether some pod is in them. */
export interface Subsets {
  readonly matching: readonly string[];
  readonly others: readonly string[];
}

export const noSubsets: Subsets = { matching: [], others: [] };

export function subsetsOf(rule: Config, pods: readonly Labels[]): Subsets {
  const subsets = list(rule.spec.subsets).map((subset) => {
    const labels = Object.fromEntries(entries(subset.labels).map(([key, value]) => [key, String(value)]));
    return { name: text(subset, "name"), matches: pods.some((pod) => selects(labels, pod)) };
  });
  return {
    matching: subsets.filter(({ matches }) => matches).map(({ name }) => name),
    others: subsets.filter(({ matches }) => !matches).map(({ name }) => name),
  };
}

export interface ShownRule extends Subsets {
  /** As it is shown. */
  readonly name: string;
  /** Whether in the layout of releases after 1.21. */
  readonly modern: boolean;
}

/** A DestinationRule's lines. */
export function destinationRuleLines(rule: Config, shown: ShownRule): string[] {
  const { name, matching, others, modern } = shown;
  const lines = [`DestinationRule: ${name} for ${JSON.stringify(text(rule.spec, "host"))}`];
  if (matching.length + others.length > 0) {
    const none = `WARNING POD DOES NOT MATCH ANY SUBSETS.  (Non matching subsets ${others.join(",")})`;
    if (matching.length === 0) lines.push(`${modern ? "   " : "  "}${none}`);
    lines.push(`   Matching subsets: ${matching.join(",")}`);
    if (others.length > 0) lines.push(`      (Non-matching subsets ${others.join(",")})`);
  }
  const policy = rule.spec.trafficPolicy;
  if (!policy) return [...lines, "   No Traffic Policy"];
  const tls = field(policy, "tls");
  if (tls) lines.push(`   Traffic Policy TLS Mode: ${modeOf(tls)}`);
  const parts = policyParts(policy);
  const ports = list(field(policy, "portLevelSettings"));
  if (!modern) {
    const all = ports.length > 0 ? [...parts, "port level settings"] : parts;
    return all.length > 0 ? [...lines, `   ${all.join("/")}`] : lines;
  }
  if (parts.length > 0) lines.push(`   Policies: ${parts.join("/")}`);
  if (ports.length > 0) lines.push("   Port Level Settings:");
  for (const port of ports) {
    lines.push(`    ${text(port, "port", "number")}:`);
    if (port.tls) lines.push(`      TLS Mode: ${modeOf(port.tls)}`);
    const own = policyParts(port);
    if (own.length > 0) lines.push(`      Policies: ${own.join("/")}`);
  }
  return lines;
}

/** DISABLE is the first of the modes: what none means. */
const modeOf = (tls: unknown): string => text(tls, "mode") || "DISABLE";

const policyParts = (policy: unknown): string[] =>
  [
    ["loadBalancer", "load balancer"],
    ["connectionPool", "connection pool"],
    ["outlierDetection", "outlier detection"],
  ].flatMap(([key = "", words = ""]) => (field(policy, key) ? [words] : []));

export interface Shown {
  /** As it is shown. */
  readonly name: string;
  readonly service: Service;
  readonly subsets: Subsets;
  /** The DestinationRule as it is shown; undefined when there is none. */
  readonly destinationRule: string | undefined;
}

/** A VirtualService's lines: which of its routes reach the pods, and why the others do not. */
export function virtualServiceLines(rule: Config, shown: Shown): string[] {
  const [http, tcp, tls] = [list(rule.spec.http), list(rule.spec.tcp), list(rule.spec.tls)];
  const results = [
    ...http.map((route) => httpFacts(rule, route, shown)),
    ...tcp.map((route) => tcpFacts(rule, route, shown)),
  ];
  const facts = results.filter(({ match }) => match).flatMap((result) => result.facts);
  const notes = results.filter(({ match }) => !match).flatMap((result) => result.facts);
  const matches = results.filter(({ match }) => match).length;
  const lines = [`VirtualService: ${shown.name}`, ...facts.map((fact) => `   ${fact}`)];
  const details = notes.map((note) => `      ${note}`);
  if (matches === 0) {
    const unreached = (count: number, kind: string) =>
      count > 0 ? [`   WARNING: No destinations match pod subsets (checked ${count} ${kind} routes)`] : [];
    return [...lines, ...unreached(http.length, "HTTP"), ...unreached(tcp.length, "TCP"), ...details];
  }
  const possible = http.length + tcp.length + tls.length;
  if (matches < possible) {
    lines.push(`   ${possible - matches} additional destination(s) that will not reach this pod`);
    return facts.length === 0 ? [...lines, ...details] : lines;
  }
  if (facts.length > 0) return lines;
  return [
    ...lines,
    ...(http.length > 0 ? [`   ${http.length} HTTP route(s)`] : []),
    ...(tcp.length > 0 ? [`   ${tcp.length} TCP route(s)`] : []),
  ];
}

interface Facts {
  readonly match: boolean;
  readonly facts: readonly string[];
}

const meansService = (rule: Config, host: string, service: Service): boolean => {
  const full = host.includes(".") || host.startsWith("*") ? host : `${host}.${rule.metadata.namespace}`;
  const suffix = ".svc.cluster.local";
  return (full.endsWith(suffix) || full.startsWith("*") ? full : full + suffix) === fqdnOf(service);
};

function httpFacts(rule: Config, route: Json, { service, subsets, destinationRule }: Shown): Facts {
  const facts: string[] = [];
  const mismatches: string[] = [];
  let match = false;
  for (const { destination, weight = 0 } of list(route.route)) {
    const [host, subset] = [text(destination, "host"), text(destination, "subset")];
    if (!meansService(rule, host, service)) {
      facts.push(
        subset ? `Route to ${host} with invalid config` : `Route to host "${host}" with weight ${weight}%`,
      );
      continue;
    }
    const known = !subset || subsets.matching.includes(subset);
    if (!known) {
      if (subsets.others.includes(subset))
        mismatches.push(`Route to non-matching subset ${subset} for (${renderMatches(list(route.match))})`);
      else if (destinationRule === undefined)
        mismatches.push(`Warning: Route to subset ${subset} but NO DESTINATION RULE defining subsets!`);
      else
        mismatches.push(
          `Warning: Route to UNKNOWN subset ${subset}; check DestinationRule ${destinationRule}`,
        );
      continue;
    }
    match = true;
    if (Number(weight) > 0)
      facts.push(`Route to host "${host}"${subset ? ` subset "${subset}"` : ""} with weight ${weight}%`);
  }
  if (!match) return { match, facts: [...facts, ...mismatches] };
  const conditions = [
    ...(route.fault ? [`Fault injection ${protoText(route.fault)}`] : []),
    ...list(route.match).map(renderMatch),
  ];
  return { match, facts: conditions.length > 0 ? [...facts, conditions.join(", ")] : facts };
}

function tcpFacts(rule: Config, route: Json, { service }: Shown): Facts {
  const match = list(route.route).some(({ destination }) =>
    meansService(rule, text(destination, "host"), service),
  );
  return { match, facts: match ? list(route.match).map(protoText) : [] };
}

const renderMatches = (matches: readonly Json[]): string =>
  matches.length === 0 ? "everything" : matches.map(renderMatch).join(", ");

function renderMatch(match: Json): string {
  const uri = match.uri ? renderText(match.uri) + (match.ignoreUriCase ? " uncased" : "") : "";
  const headers = entries(match.headers).map(([key, value]) => `${key}=${renderText(value)}`);
  const when = headers.length > 0 ? ` when headers are ${headers.join("; ")}` : "";
  return `Match: ${uri}${when}`.trim();
}

function renderText(match: unknown): string {
  const [exact, prefix] = [field(match, "exact"), field(match, "prefix")];
  if (exact !== undefined) return String(exact);
  return prefix === undefined ? protoText(match) : `${prefix}*`;
}

/** A protobuf message's text form, e.g. `abort:{http_status:503}`; durations are left as written (approximate). */
function protoText(message: unknown): string {
  return entries(message)
    .map(([key, value]) => {
      const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      if (typeof value === "object" && value !== null) return `${name}:{${protoText(value)}}`;
      return `${name}:${JSON.stringify(value)}`;
    })
    .join(" ");
}
