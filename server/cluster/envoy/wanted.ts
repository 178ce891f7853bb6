import { type Listener, NETWORK_FILTER_TYPE } from "../xds/index.ts";

/** Route configurations the listeners subscribe to, sorted. */
export function routeNames(listeners: Iterable<{ readonly resource: Listener }>): readonly string[] {
  const names = new Set<string>();
  for (const { resource } of listeners) {
    const chains = [
      ...(resource.filterChains ?? []),
      ...(resource.defaultFilterChain ? [resource.defaultFilterChain] : []),
    ];
    for (const chain of chains) {
      for (const filter of chain.filters) {
        const typed = filter.typedConfig;
        if (typed["@type"] === NETWORK_FILTER_TYPE.httpConnectionManager && typed.rds)
          names.add(typed.rds.routeConfigName);
      }
    }
  }
  return [...names].sort();
}

/** Every SDS name mentioned anywhere, sorted. */
export function eachSecretName(
  sources: readonly Iterable<{ readonly resource: unknown }>[],
): readonly string[] {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const one of value) visit(one);
    } else if (typeof value === "object" && value !== null) {
      const name: unknown = Reflect.get(value, "name");
      if (typeof name === "string" && "sdsConfig" in value) names.add(name);
      for (const one of Object.values(value)) visit(one);
    }
  };
  for (const source of sources) for (const { resource } of source) visit(resource);
  return [...names].sort();
}
