import type { Listener } from "../../../xds/index.ts";
import type { Fields } from "../model/extensions.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { child, insertedAt, items, mergedFields, number, resourcesOf, text, treesOf } from "./fields.ts";
import { inContext, type Patch, type PatchContext, patchesOf } from "./patches.ts";
import { patchRouteConfiguration } from "./routes.ts";

const MANAGER = "envoy.filters.network.http_connection_manager";
const VIRTUAL = new Set(["virtualInbound", "virtualOutbound"]);

/**
 * EnvoyFilter over listeners: what it says of them, of their chains, of network filters and of HTTP filters, in this
 * order. Follows core/v1alpha3/envoyfilter/listener_patch.go.
 */
export function patchListeners(
  listeners: readonly Listener[],
  proxy: MeshProxy,
  push: PushContext,
): readonly Listener[] {
  const patches = patchesOf(proxy, push);
  if (patches.length === 0) return listeners;
  const patched = treesOf(listeners).flatMap((listener) => {
    const context = contextOf(text(listener, "name"), proxy);
    const result = patchListener(listener, patches, context);
    return result ? [result] : [];
  });
  const added = patches
    .filter(({ applyTo, operation }) => applyTo === "LISTENER" && operation === "ADD")
    .map(({ value }) => value);
  return resourcesOf([...patched, ...added]);
}

function contextOf(listener: string, proxy: MeshProxy): PatchContext {
  if (proxy.type === "router") return "GATEWAY";
  return listener === "virtualInbound" ? "SIDECAR_INBOUND" : "SIDECAR_OUTBOUND";
}

function patchListener(listener: Fields, all: readonly Patch[], context: PatchContext): Fields | undefined {
  const patches = all.filter((patch) => inContext(patch, context));
  let result = listener;
  for (const patch of patches) {
    if (patch.applyTo !== "LISTENER" || !matchesListener(patch, result)) continue;
    if (patch.operation === "REMOVE") return undefined;
    if (patch.operation === "MERGE") result = mergedFields(result, patch.value);
  }
  const here = patches.filter((patch) => matchesListener(patch, listener));
  const chains = patchChains(items(result, "filterChains"), result, here);
  const fallback = child(result, "defaultFilterChain");
  return {
    ...result,
    filterChains: chains,
    ...(fallback ? { defaultFilterChain: patchChain(fallback, result, here) ?? fallback } : {}),
  };
}

function matchesListener({ listener: wanted, applyTo }: Patch, listener: Fields): boolean {
  if (!wanted) return true;
  const name = text(listener, "name");
  if (text(wanted, "name") && text(wanted, "name") !== name) return false;
  // Of the two virtual listeners the port is that of a chain.
  if (applyTo !== "LISTENER" && VIRTUAL.has(name)) return true;
  const port = number(wanted, "portNumber");
  const address = child(child(listener, "address"), "socketAddress");
  return port === 0 || port === number(address, "portValue");
}

function patchChains(
  chains: readonly Fields[],
  listener: Fields,
  patches: readonly Patch[],
): readonly Fields[] {
  const added = patches
    .filter(({ applyTo, operation }) => applyTo === "FILTER_CHAIN" && operation === "ADD")
    .map(({ value }) => value);
  const kept = chains
    .map((chain) => patchChain(chain, listener, patches))
    .filter((chain) => chain !== undefined);
  return [...kept, ...added];
}

function patchChain(chain: Fields, listener: Fields, all: readonly Patch[]): Fields | undefined {
  const patches = all.filter((patch) => matchesChain(patch, chain, listener));
  let result = chain;
  for (const { applyTo, operation, value } of patches) {
    if (applyTo !== "FILTER_CHAIN") continue;
    if (operation === "REMOVE") return undefined;
    if (operation === "MERGE") result = mergedFields(result, value);
  }
  const network = patches.filter(({ applyTo }) => applyTo === "NETWORK_FILTER");
  const filters = patchFilters(items(result, "filters"), network, (patch) =>
    text(networkFilter(patch), "name"),
  ).map((filter) => patchManager(filter, patches));
  return { ...result, filters };
}

const networkFilter = ({ listener }: Patch): Fields | undefined =>
  child(child(listener, "filterChain"), "filter");

function matchesChain({ listener: wanted }: Patch, chain: Fields, listener: Fields): boolean {
  if (!wanted) return true;
  const match = child(chain, "filterChainMatch");
  const port = number(wanted, "portNumber");
  if (VIRTUAL.has(text(listener, "name")) && port > 0 && number(match, "destinationPort") !== port)
    return false;
  const asked = child(wanted, "filterChain");
  if (!asked) return true;
  const list = (name: string): readonly unknown[] => {
    const value = match?.[name];
    return Array.isArray(value) ? value : [];
  };
  const name = text(asked, "name");
  const sni = text(asked, "sni");
  const transport = text(asked, "transportProtocol");
  const protocols = text(asked, "applicationProtocols");
  const destination = number(asked, "destinationPort");
  return (
    (!name || name === text(chain, "name")) &&
    (!sni || list("serverNames").includes(sni)) &&
    (!transport || transport === text(match, "transportProtocol")) &&
    (!protocols || protocols.split(",").every((one) => list("applicationProtocols").includes(one))) &&
    (destination === 0 || destination === number(match, "destinationPort"))
  );
}

/** HTTP filters of a connection manager, and the routes it carries itself. */
function patchManager(filter: Fields, patches: readonly Patch[]): Fields {
  const config = child(filter, "typedConfig");
  if (text(filter, "name") !== MANAGER || !config) return filter;
  const here = patches.filter((patch) => {
    const wanted = text(networkFilter(patch), "name");
    return patch.applyTo === "HTTP_FILTER" && (!wanted || wanted === MANAGER);
  });
  const httpFilters = patchFilters(items(config, "httpFilters"), here, (patch) =>
    text(child(networkFilter(patch), "subFilter"), "name"),
  );
  const routes = child(config, "routeConfig");
  const routeConfig = routes && patchRouteConfiguration(routes, patches, undefined);
  return { ...filter, typedConfig: { ...config, httpFilters, ...(routeConfig ? { routeConfig } : {}) } };
}

/** One list of filters; `anchor` is the name of the filter that a patch is about, "" when it names none. */
function patchFilters(
  filters: readonly Fields[],
  patches: readonly Patch[],
  anchor: (patch: Patch) => string,
): readonly Fields[] {
  let list: readonly Fields[] = filters;
  for (const patch of patches) {
    const name = anchor(patch);
    const at = name === "" ? -1 : list.findIndex((one) => text(one, "name") === name);
    const missing = name !== "" && at < 0;
    const { operation, value } = patch;
    if (operation === "ADD") list = [...list, value];
    else if (operation === "INSERT_FIRST") list = [value, ...list];
    else if (missing) continue;
    else if (operation === "INSERT_BEFORE") list = insertedAt(list, Math.max(0, at), value);
    else if (operation === "INSERT_AFTER") list = insertedAt(list, at < 0 ? list.length : at + 1, value);
    else if (operation === "REPLACE" && at >= 0)
      list = list.map((one, index) => (index === at ? value : one));
    else if (operation === "REMOVE" && at >= 0) list = list.filter((one) => text(one, "name") !== name);
    else if (operation === "MERGE")
      list = list.map((one) => (name === "" || text(one, "name") === name ? mergedFields(one, value) : one));
  }
  return list;
}
