import { field, type Json, list, strings, text } from "../json.ts";
import { type ConfigDump, nameParts } from "../proxy-config/index.ts";
import type { Service } from "./objects.ts";

/**
 * What a proxy's configuration says of the rules it was made from: istiod leaves their paths in the metadata of clusters
 * and routes.
 */
export interface Named {
  readonly name: string;
  readonly namespace: string;
}

const PATH = /^\/apis\/networking(?:\.istio\.io)?\/v1\w*\/namespaces\/([^/]+)\/([^/]+)\/([^/]+)$/;

function named(path: string, kind: string): Named | undefined {
  const [, namespace, found, name] = PATH.exec(path) ?? [];
  return found === kind && namespace !== undefined && name !== undefined ? { namespace, name } : undefined;
}

const origin = (of: unknown): string => text(of, "metadata", "filterMetadata", "istio", "config");

export const fqdnOf = ({ metadata: { name, namespace } }: Service): string =>
  `${name}.${namespace}.svc.cluster.local`;

export function destinationRuleOf(dump: ConfigDump, service: Service, port: number): Named | undefined {
  const clusters = list(dump.section("ClustersConfigDump").dynamicActiveClusters);
  for (const { cluster } of clusters) {
    const parts = nameParts(text(cluster, "name"));
    const meant =
      parts.direction === "outbound" && parts.port === String(port) && parts.host === fqdnOf(service);
    if (meant && field(cluster, "metadata") !== undefined) return named(origin(cluster), "destination-rule");
  }
  return undefined;
}

export function virtualServiceOf(dump: ConfigDump, service: Service, port: number): Named | undefined {
  const tables = list(dump.section("RoutesConfigDump").dynamicRouteConfigs);
  for (const { routeConfig } of tables) {
    const name = text(routeConfig, "name");
    if (name !== String(port) && !/^https?\./.test(name)) continue;
    for (const host of list(field(routeConfig, "virtualHosts")))
      for (const route of list(host.routes))
        if (leadsTo(service, { host, route, port })) return named(origin(route), "virtual-service");
  }
  return undefined;
}

interface Lead {
  readonly host: Json;
  readonly route: Json;
  readonly port: number;
}

/** By the host's domains; at a gateway, whose domains are the world's, by the cluster of the route. */
function leadsTo(service: Service, { host, route, port }: Lead): boolean {
  const fqdn = fqdnOf(service);
  if (strings(host.domains).includes(fqdn)) return true;
  const [weighted] = list(field(route, "route", "weightedClusters", "clusters"));
  const cluster = text(route, "route", "cluster") || text(weighted, "name");
  const parts = nameParts(cluster);
  return parts.direction === "outbound" && parts.port === String(port) && parts.host === fqdn;
}

/** Names of the policies of the first filter that has some, at the proxy's own door. */
export function rbacPolicies(dump: ConfigDump): string[] {
  const listeners = list(dump.section("ListenersConfigDump").dynamicListeners)
    .map((one) => field(one, "activeState", "listener"))
    .filter((listener) => text(listener, "name") === "virtualInbound");
  const managers = listeners
    .flatMap((listener) => list(field(listener, "filterChains")))
    .flatMap((chain) => list(chain.filters))
    .map((filter) => field(filter, "typedConfig"))
    .filter((typed) => text(typed, "@type").endsWith(".HttpConnectionManager"));
  const filters = list(field(managers[0], "httpFilters"));
  const rbac = filters.find(({ name }) => name === "envoy.filters.http.rbac");
  return Object.keys(Object(field(rbac, "typedConfig", "rules", "policies"))).sort();
}
