import net from "node:net";
import { entries } from "./json.ts";

// Names and numbers as Istio checks them. Follows pkg/config/validation/validation.go; undefined means well-formed.

type Problem = string | undefined;

const LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/;
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

export const isDnsLabel = (text: string): boolean => DNS_LABEL.test(text);

export const isIp = (text: string): boolean => net.isIP(text) !== 0;

export const portProblem = (port: number): Problem =>
  Number.isInteger(port) && port >= 1 && port <= 65535
    ? undefined
    : `port number ${port} must be in the range 1..65535`;

/** A fully qualified name without wildcards. */
export function fqdnProblem(domain: string): Problem {
  if (domain.length > 255) return `domain name "${domain}" too long (max 255)`;
  if (domain === "") return "empty domain name not allowed";
  return labelsProblem(domain, domain);
}

/** A name whose first label may be, or begin with, an asterisk. */
export function wildcardDomainProblem(domain: string): Problem {
  if (domain.length > 255) return `domain name "${domain}" too long (max 255)`;
  if (domain === "") return "empty domain name not allowed";
  const [first = "", ...rest] = domain.split(".");
  if (first === "*") return rest.length > 0 ? labelsProblem(rest.join("."), domain) : undefined;
  if (!/^(\*|[-a-zA-Z0-9]*)[-a-zA-Z0-9]*$/.test(first) || !LABEL.test(first.replace("*", "a")))
    return `domain name "${domain}" invalid (label "${first}" invalid)`;
  return rest.length > 0 ? labelsProblem(rest.join("."), domain) : undefined;
}

function labelsProblem(labels: string, domain: string): Problem {
  const parts = labels.replace(/\.$/, "").split(".");
  const top = parts.at(-1) ?? "";
  if (/^\d+$/.test(top))
    return `domain name "${domain}" invalid (top level domain "${top}" cannot be all-numeric)`;
  const wrong = parts.find((label) => !LABEL.test(label));
  return wrong === undefined ? undefined : `domain name "${domain}" invalid (label "${wrong}" invalid)`;
}

/** `namespace/dnsName`, as servers of gateways and egress of sidecars name hosts. */
export function scopedHostProblems(host: string, where: "gateway" | "sidecar"): string[] {
  const parts = host.split("/");
  if (parts.length === 1 && where === "gateway") return hostProblems(host, where);
  if (parts.length !== 2) return ["host must be of form namespace/dnsName"];
  const [namespace = "", name = ""] = parts;
  if (!namespace || !name) return ["config namespace and dnsName in host entry cannot be empty"];
  const known = namespace === "*" || namespace === "." || (where === "sidecar" && namespace === "~");
  const problems =
    known || isDnsLabel(namespace) ? [] : [`invalid namespace value "${namespace}" in ${where}`];
  return [...problems, ...hostProblems(name, where)];
}

function hostProblems(host: string, where: "gateway" | "sidecar"): string[] {
  const problems = host !== "*" && !host.includes(".") ? ["short names (non FQDN) are not allowed"] : [];
  const problem = wildcardDomainProblem(host);
  // Upstream says it twice of a sidecar's host that is no address either.
  if (problem && where === "sidecar") problems.push(problem);
  if (problem && !isIp(host)) problems.push(problem);
  const partial = partialWildcardProblem(host);
  return partial ? [...problems, partial] : problems;
}

export const partialWildcardProblem = (host: string): Problem =>
  host.includes("*") && host.length !== 1 && !host.startsWith("*.")
    ? `partial wildcard "${host}" not allowed`
    : undefined;

export function subsetNameProblem(name: string): Problem {
  if (name === "") return "subset name cannot be empty";
  return isDnsLabel(name) ? undefined : `subset name is invalid: ${name}`;
}

/** An address, or a block of them. */
export function subnetProblem(subnet: string): Problem {
  const [address = "", length, ...more] = subnet.split("/");
  if (length === undefined || more.length > 0)
    return isIp(subnet) ? undefined : `${subnet} is not a valid IP`;
  const most = net.isIPv6(address) ? 128 : 32;
  const valid = isIp(address) && /^\d{1,3}$/.test(length) && Number(length) <= most;
  return valid ? undefined : `${subnet} is not a valid CIDR block`;
}

/** Labels that select workloads. */
export function selectorProblems(labels: unknown): string[] {
  return entries(labels).flatMap(([key, value]) => [
    ...(key === "" ? [`empty key is not supported in selector: "${key}=${value}"`] : []),
    ...(`${key}${value}`.includes("*") ? [`wildcard is not supported in selector: "${key}=${value}"`] : []),
  ]);
}

export const push = (errors: string[], problem: string | undefined): void => {
  if (problem !== undefined) errors.push(problem);
};

/** `exportTo` lists. */
export function exportToProblems(
  exportTo: readonly string[],
  namespace: string,
  of: "rule" | "selecting rule" | "service entry",
): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const entry of exportTo) {
    const meant = entry === "." ? namespace : entry;
    if (seen.has(meant))
      problems.push(
        meant === entry
          ? `duplicate entries in exportTo for entry ${entry}`
          : `duplicate entries in exportTo: . and current namespace ${namespace}`,
      );
    else if (meant === "*" || isDnsLabel(meant) || (meant === "~" && of === "service entry")) seen.add(meant);
    else
      problems.push(
        `only ., *, or a valid DNS 1123 label is allowed as exportTo entry: ${meant}`, // approximate
      );
  }
  if (of === "selecting rule" && seen.size > 0) {
    if (!seen.has(namespace))
      problems.push("destination rule with workload selector cannot have exportTo beyond current namespace");
    else if (seen.size > 1)
      problems.push("destination rule with workload selector cannot have multiple entries in exportTo");
  }
  if (seen.has("*") && exportTo.length > 1)
    problems.push("cannot have both public (*) and non-public exportTo values for a resource");
  if (seen.has("~") && exportTo.length > 1)
    problems.push("cannot export service entry to no one (~) and someone");
  return problems;
}

/** `1h30m`, `5s`, `0.5s`: in seconds; undefined for anything else. */
export function seconds(duration: string): number | undefined {
  if (!/^(\d+(\.\d+)?(h|m|s|ms|us|ns))+$/.test(duration)) return undefined;
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };
  let total = 0;
  for (const [, amount, unit = ""] of duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|ns|m|s)/g))
    total += Number(amount) * (units[unit] ?? 0);
  return total;
}

export function durationProblem(duration: string): Problem {
  const length = seconds(duration);
  if (length === undefined) return `invalid duration: ${duration}`;
  if (length < 0.001) return "duration must be greater than 1ms";
  const milliseconds = length * 1000;
  return Math.abs(milliseconds - Math.round(milliseconds)) < 1e-6
    ? undefined
    : "only durations to ms precision are supported";
}
