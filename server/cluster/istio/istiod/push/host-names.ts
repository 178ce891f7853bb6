export const CLUSTER_DOMAIN = "cluster.local";

export function serviceHostname(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`;
}

/** A name without dots means a service of the object's own namespace; anything else is taken as written. */
export function resolveShortName(host: string, namespace: string): string {
  return host === "" || host.includes(".") || host === "*" ? host : serviceHostname(host, namespace);
}

/** Whether `pattern` (a name, `*`, or `*.suffix`) covers `host`, which may be a pattern itself. */
export function hostMatches(pattern: string, host: string): boolean {
  if (pattern === host || pattern === "*") return true;
  return pattern.startsWith("*") && host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1;
}

/** Exact names are more specific than patterns, longer patterns than shorter. */
export function specificity(pattern: string): number {
  return pattern.startsWith("*") ? pattern.length : 10_000 + pattern.length;
}

/** exportTo: absent or `*` everywhere, `.` the object's own namespace. */
export function isVisible(exportTo: readonly string[] | undefined, owner: string, client: string): boolean {
  if (!exportTo || exportTo.length === 0) return true;
  return exportTo.some((scope) => scope === "*" || (scope === "." ? owner === client : scope === client));
}

export function labelsMatch(
  wanted: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => labels[key] === value);
}
