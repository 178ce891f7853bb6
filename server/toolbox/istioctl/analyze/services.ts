import { toFqdn } from "./hosts.ts";
import type { World } from "./world.ts";

/** A destination that exists: a Service, or a host of a ServiceEntry. */
export interface KnownHost {
  readonly ports: readonly number[];
  readonly workloadLabels: Readonly<Record<string, string>>;
}

const EXPORT_TO = "networking.istio.io/exportTo";

/** Known hosts by `scope/fqdn`; the scope is a namespace or `*`. Follows analyzers/util/service_lookup.go. */
export function knownHosts({ serviceEntries, services }: World): ReadonlyMap<string, KnownHost> {
  const known = new Map<string, KnownHost>();
  for (const { metadata, spec } of serviceEntries) {
    const scopes = spec.exportTo.length > 0 ? spec.exportTo : ["*"];
    const entry = {
      ports: spec.ports.map(({ number }) => number ?? 0),
      workloadLabels: spec.workloadSelector?.labels ?? {},
    };
    for (const host of spec.hosts)
      for (const scope of scopes)
        known.set(`${scopeOf(scope, metadata.namespace)}/${toFqdn(host, metadata.namespace)}`, entry);
  }
  for (const { metadata, spec } of services) {
    const { namespace, name, annotations } = metadata;
    const exported = (annotations[EXPORT_TO] ?? "*").split(",").map((scope) => scope.trim());
    const service = { ports: spec.ports.map(({ port }) => port), workloadLabels: spec.selector };
    for (const scope of exported)
      known.set(`${scopeOf(scope, namespace)}/${toFqdn(name, namespace)}`, service);
  }
  return known;
}

const scopeOf = (scope: string, namespace: string): string => (scope === "." ? namespace : scope);

export interface Asking {
  readonly namespace: string;
  readonly exportTo: readonly string[];
}

/** The destination that a host means for a rule of this namespace. */
export function findHost(
  known: ReadonlyMap<string, KnownHost>,
  host: string,
  { namespace, exportTo }: Asking,
): KnownHost | undefined {
  const fqdn = toFqdn(host, namespace);
  const scopes = exportTo.length > 0 ? exportTo.map((scope) => scopeOf(scope, namespace)) : [namespace];
  for (const scope of ["*", ...scopes]) {
    const exact = known.get(`${scope}/${fqdn}`);
    if (exact) return exact;
  }
  for (const [key, entry] of known) {
    const [scope = "", pattern = ""] = key.split("/");
    if (!pattern.startsWith("*") || (scope !== "*" && scope !== namespace)) continue;
    if (host.replace(/^\*/, "").endsWith(pattern.slice(1))) return entry;
  }
  return undefined;
}
