// Host names as analyzers compare them. Follows pkg/config/analysis/analyzers/util/hosts.go and pkg/config/host.

const CLUSTER_DOMAIN = "svc.cluster.local";

/** A short name becomes `name.namespace.svc.cluster.local`; names with dots and wildcards stay. */
export const toFqdn = (host: string, namespace: string): string =>
  host.startsWith("*") || host.includes(".") ? host : `${host}.${namespace}.${CLUSTER_DOMAIN}`;

/** `namespace/name` of the service a host means: by its FQDN, else the host itself in the namespace of who says it. */
export function serviceOf(host: string, namespace: string): string {
  const [, name, own] = /^(.+)\.(.+)\.svc\.cluster\.local$/.exec(host) ?? [];
  return name !== undefined && own !== undefined ? `${own}/${name}` : `${namespace}/${host}`;
}

/** Whether two hosts have a name in common; either may begin with an asterisk. */
export function hostsMatch(a: string, b: string): boolean {
  const [wildA, wildB] = [a.startsWith("*"), b.startsWith("*")];
  if (wildA && wildB)
    return a.length < b.length ? b.slice(1).endsWith(a.slice(1)) : a.slice(1).endsWith(b.slice(1));
  if (wildA) return b.endsWith(a.slice(1));
  if (wildB) return a.endsWith(b.slice(1));
  return a === b;
}

/** Nothing said means everywhere. */
export const exportsToAll = (exportTo: readonly string[]): boolean =>
  exportTo.length === 0 || exportTo.includes("*");
