import net from "node:net";

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
  if (where === "gateway" && isIp(host)) return [];
  const problem = wildcardDomainProblem(host);
  const short = host !== "*" && !host.includes(".");
  return [...(problem ? [problem] : []), ...(short ? ["short names (non FQDN) are not allowed"] : [])];
}

/** `exportTo` lists. */
export function exportToProblems(exportTo: readonly string[], namespace: string): string[] {
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
    else if (meant !== "*" && meant !== "~" && !isDnsLabel(meant))
      problems.push(
        `only ., *, or a valid DNS 1123 label is allowed as exportTo entry: ${meant}`, // approximate
      );
    seen.add(meant);
  }
  if (seen.has("*") && exportTo.length > 1)
    problems.push("cannot have both public (*) and non-public exportTo values for a resource");
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
  return length >= 0.001 ? undefined : "duration must be greater than 1ms";
}
