import type { Secret } from "../../xds/index.ts";
import { TYPE_URL } from "../../xds/index.ts";
import type { Accepted, EnvoyProxy } from "../proxy.ts";
import { eachSecretName } from "../wanted.ts";
import { snakeCase } from "./snake-case.ts";

const DUMP = "type.googleapis.com/envoy.admin.v3";
/** base64 of `[redacted]`. */
const REDACTED = "W3JlZGFjdGVkXQ==";

/** `/config_dump`: the configuration the proxy runs, in the order and spelling of Envoy's admin interface. */
export function configDump(
  proxy: EnvoyProxy,
  options: { readonly includeEds: boolean },
): { readonly configs: readonly object[] } {
  return {
    configs: [
      {
        "@type": `${DUMP}.BootstrapConfigDump`,
        bootstrap: snakeCase({ ...proxy.deps.bootstrap }),
        last_updated: instant(proxy.started),
      },
      clusters(proxy),
      ...(options.includeEds ? [endpoints(proxy)] : []),
      listeners(proxy),
      { "@type": `${DUMP}.ScopedRoutesConfigDump` },
      routes(proxy),
      secrets(proxy),
    ],
  };
}

/** One list of the dump (`resource`, e.g. dynamic_listeners), or what has a name that matches; undefined: no such list. */
export function dumpOf(
  whole: { readonly configs: readonly object[] },
  wanted: { readonly resource: string | undefined; readonly name: string | undefined },
): object | undefined {
  const expression = wanted.name === undefined ? undefined : new RegExp(`^(?:${wanted.name})$`);
  const matches = (one: unknown) => !expression || namesOf(one).some((name) => expression.test(name));
  const { resource } = wanted;
  if (resource === undefined)
    return {
      configs: whole.configs.map((config) =>
        Object.fromEntries(
          Object.entries(config).map(([key, value]) => [
            key,
            Array.isArray(value) ? value.filter(matches) : value,
          ]),
        ),
      ),
    };
  const lists = whole.configs.flatMap((config) => {
    const list: unknown = Reflect.get(config, resource);
    return Array.isArray(list) ? [list] : [];
  });
  return lists.length > 0 ? { configs: lists.flat().filter(matches) } : undefined;
}

/** The name of an entry of the dump, or of the resource in it. */
function namesOf(entry: unknown): readonly string[] {
  if (typeof entry !== "object" || entry === null) return [];
  const of = (value: unknown): readonly string[] => {
    if (typeof value !== "object" || value === null) return [];
    const names: unknown[] = [Reflect.get(value, "name"), Reflect.get(value, "cluster_name")];
    return names.filter((name): name is string => typeof name === "string");
  };
  return [...of(entry), ...Object.values(entry).flatMap(of)];
}

const instant = (at: number) => new Date(at).toISOString();

function clusters(proxy: EnvoyProxy): object {
  return {
    "@type": `${DUMP}.ClustersConfigDump`,
    version_info: proxy.versions.get(TYPE_URL.cluster) ?? "",
    static_clusters: proxy.deps.bootstrap.staticResources.clusters.map((cluster) => ({
      cluster: snakeCase({ "@type": TYPE_URL.cluster, ...cluster }),
      last_updated: instant(proxy.started),
    })),
    dynamic_active_clusters: byName(proxy.clusters).map((one) => ({
      version_info: one.version,
      cluster: snakeCase(one.resource),
      last_updated: instant(one.updated),
    })),
  };
}

function endpoints(proxy: EnvoyProxy): object {
  return {
    "@type": `${DUMP}.EndpointsConfigDump`,
    static_endpoint_configs: proxy.deps.bootstrap.staticResources.clusters
      .filter((cluster) => cluster.loadAssignment)
      .map((cluster) => ({
        endpoint_config: snakeCase({ "@type": TYPE_URL.endpoint, ...cluster.loadAssignment }),
      })),
    dynamic_endpoint_configs: byName(proxy.assignments).map((one) => ({
      version_info: one.version,
      last_updated: instant(one.updated),
      endpoint_config: snakeCase(one.resource),
    })),
  };
}

function listeners(proxy: EnvoyProxy): object {
  return {
    "@type": `${DUMP}.ListenersConfigDump`,
    version_info: proxy.versions.get(TYPE_URL.listener) ?? "",
    static_listeners: proxy.deps.bootstrap.staticResources.listeners.map((listener) => ({
      listener: snakeCase({ "@type": TYPE_URL.listener, ...listener }),
      last_updated: instant(proxy.started),
    })),
    dynamic_listeners: [...proxy.listeners.values()].map((one) => ({
      name: one.resource.name,
      [proxy.warming.isWarming(one.resource.name ?? "") ? "warming_state" : "active_state"]: {
        version_info: one.version,
        listener: snakeCase(one.resource),
        last_updated: instant(one.updated),
      },
    })),
  };
}

function routes(proxy: EnvoyProxy): object {
  const inline = [
    ...proxy.deps.bootstrap.staticResources.listeners,
    ...[...proxy.listeners.values()].map((one) => one.resource),
  ]
    .flatMap((listener) => [
      ...(listener.filterChains ?? []),
      ...(listener.defaultFilterChain ? [listener.defaultFilterChain] : []),
    ])
    .flatMap((chain) => chain.filters)
    .flatMap(({ typedConfig }) =>
      "routeConfig" in typedConfig && typedConfig.routeConfig ? [typedConfig.routeConfig] : [],
    );
  return {
    "@type": `${DUMP}.RoutesConfigDump`,
    static_route_configs: inline.map((config) => ({
      route_config: snakeCase({ "@type": TYPE_URL.route, ...config }),
      last_updated: instant(proxy.started),
    })),
    dynamic_route_configs: byName(proxy.routes).map((one) => ({
      version_info: one.version,
      route_config: snakeCase(one.resource),
      last_updated: instant(one.updated),
    })),
  };
}

function secrets(proxy: EnvoyProxy): object {
  const active = proxy.secrets.all();
  const have = new Set(active.map((one) => one.secret.name));
  const warming = eachSecretName([proxy.listeners.values(), proxy.clusters.values()]).filter(
    (name) => !have.has(name) && name.startsWith("kubernetes://"),
  );
  return {
    "@type": `${DUMP}.SecretsConfigDump`,
    dynamic_active_secrets: active.map((one) => ({
      name: one.secret.name,
      version_info: one.version,
      last_updated: instant(one.updated),
      secret: snakeCase(redacted(one.secret)),
    })),
    ...(warming.length > 0
      ? {
          dynamic_warming_secrets: warming.map((name) => ({
            name,
            version_info: "uninitialized",
            last_updated: instant(proxy.started),
            secret: { "@type": TYPE_URL.secret, name },
          })),
        }
      : {}),
  };
}

function redacted(secret: Secret): Secret {
  if (!secret.tlsCertificate) return secret;
  return { ...secret, tlsCertificate: { ...secret.tlsCertificate, privateKey: { inlineBytes: REDACTED } } };
}

function byName<T>(map: ReadonlyMap<string, Accepted<T>>): Accepted<T>[] {
  return [...map.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
