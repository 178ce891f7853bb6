import type { RouteConfiguration } from "../../../xds/index.ts";
import type { Fields } from "../model/extensions.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { child, insertedAt, items, mergedFields, number, resourcesOf, text, treesOf } from "./fields.ts";
import { inContext, type Patch, patchesOf } from "./patches.ts";

/** EnvoyFilter over route tables. `ports` are the service ports behind a gateway's table, by its name. */
export function patchRoutes(
  tables: readonly RouteConfiguration[],
  of: { readonly proxy: MeshProxy; readonly push: PushContext },
  ports: (name: string) => readonly number[],
): readonly RouteConfiguration[] {
  const context = of.proxy.type === "router" ? "GATEWAY" : "SIDECAR_OUTBOUND";
  const patches = patchesOf(of.proxy, of.push).filter((patch) => inContext(patch, context));
  if (patches.length === 0) return tables;
  const patched = treesOf(tables).map((table) => {
    const known = of.proxy.type === "router" ? ports(text(table, "name")) : undefined;
    return patchRouteConfiguration(table, patches, known);
  });
  return resourcesOf(patched);
}

/** `ports` undefined: a sidecar's table, whose name says the port. */
export function patchRouteConfiguration(
  table: Fields,
  all: readonly Patch[],
  ports: readonly number[] | undefined,
): Fields {
  const patches = all.filter((patch) => matchesTable(patch, table, ports));
  let result = table;
  for (const { applyTo, operation, value } of patches)
    if (applyTo === "ROUTE_CONFIGURATION" && operation === "MERGE") result = mergedFields(result, value);
  const hosts = items(result, "virtualHosts")
    .map((host) => patchHost(host, patches))
    .filter((host) => host !== undefined);
  const added = patches
    .filter(({ applyTo, operation }) => applyTo === "VIRTUAL_HOST" && operation === "ADD")
    .map(({ value }) => value);
  return { ...result, virtualHosts: [...hosts, ...added] };
}

function matchesTable(
  { routeConfiguration: wanted }: Patch,
  table: Fields,
  ports: readonly number[] | undefined,
): boolean {
  if (!wanted) return true;
  const name = text(table, "name");
  if (text(wanted, "name") && text(wanted, "name") !== name) return false;
  const port = number(wanted, "portNumber");
  const inbound = /^inbound\|(\d+)\|/.exec(name)?.[1];
  const known = ports ?? [Number(inbound ?? name)];
  if (port !== 0 && !known.includes(port)) return false;
  if (ports === undefined) return true;
  const [, , portName = "", ...gateway] = name.startsWith("https.") ? name.split(".") : [];
  const [gatewayName, namespace] = gateway;
  if (text(wanted, "portName") && text(wanted, "portName") !== portName) return false;
  return !text(wanted, "gateway") || text(wanted, "gateway") === `${namespace}/${gatewayName}`;
}

const hostMatch = ({ routeConfiguration }: Patch) => child(routeConfiguration, "vhost");

function patchHost(host: Fields, all: readonly Patch[]): Fields | undefined {
  const patches = all.filter((patch) => {
    const name = text(hostMatch(patch), "name");
    return !name || name === text(host, "name");
  });
  let result = host;
  for (const { applyTo, operation, value } of patches) {
    if (applyTo !== "VIRTUAL_HOST") continue;
    if (operation === "REMOVE") return undefined;
    if (operation === "MERGE") result = mergedFields(result, value);
    if (operation === "REPLACE") result = value;
  }
  const routes = patchHttpRoutes(items(result, "routes"), patches);
  return routes.length > 0 || result.routes ? { ...result, routes } : result;
}

function patchHttpRoutes(routes: readonly Fields[], patches: readonly Patch[]): readonly Fields[] {
  let list = routes;
  for (const patch of patches) {
    if (patch.applyTo !== "HTTP_ROUTE") continue;
    const { operation, value } = patch;
    const wanted = child(hostMatch(patch), "route");
    const at = list.findIndex((route) => matchesRoute(wanted, route));
    if (operation === "ADD") list = [...list, value];
    else if (operation === "MERGE")
      list = list.map((route) => (matchesRoute(wanted, route) ? mergedFields(route, value) : route));
    else if (operation === "REMOVE") list = list.filter((route) => !matchesRoute(wanted, route));
    else if (!wanted) list = operation === "INSERT_AFTER" ? [...list, value] : [value, ...list];
    else if (at < 0) continue;
    else if (operation === "INSERT_AFTER") list = insertedAt(list, at + 1, value);
    else if (operation === "INSERT_BEFORE") list = insertedAt(list, at, value);
    else if (operation === "INSERT_FIRST") list = [value, ...list];
  }
  return list;
}

const ACTIONS = { ROUTE: "route", REDIRECT: "redirect", DIRECT_RESPONSE: "directResponse" } as const;

function matchesRoute(wanted: Fields | undefined, route: Fields): boolean {
  if (!wanted) return true;
  const name = text(wanted, "name");
  if (name && name !== text(route, "name")) return false;
  const action = text(wanted, "action");
  if (action !== "ROUTE" && action !== "REDIRECT" && action !== "DIRECT_RESPONSE") return true;
  return route[ACTIONS[action]] !== undefined;
}
