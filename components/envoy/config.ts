import { type Json, list, record, text } from "./json.ts";

/** What one proxy executes, by the names under which its parts refer to each other. */
export interface ProxyConfig {
  readonly listeners: readonly Listener[];
  readonly routes: ReadonlyMap<string, Json>;
  readonly clusters: ReadonlyMap<string, Json>;
  /** Endpoints by the name of their cluster. */
  readonly endpoints: ReadonlyMap<string, readonly Json[]>;
}

export interface Listener {
  readonly name: string;
  readonly address: string;
  readonly port: string;
  readonly direction: string;
  readonly raw: Json;
}

const ofType = (dump: unknown, type: string): Json =>
  list(dump, "configs").find((config) => text(config, "@type").endsWith(`.${type}`)) ?? {};

export function readConfig(dumpText: string): ProxyConfig {
  const dump: unknown = JSON.parse(dumpText);
  const listeners = ofType(dump, "ListenersConfigDump");
  const clusters = ofType(dump, "ClustersConfigDump");
  const routes = ofType(dump, "RoutesConfigDump");
  const endpoints = ofType(dump, "EndpointsConfigDump");
  const raws = [
    ...list(listeners, "dynamic_listeners").map((one) => record(one, "active_state", "listener")),
    ...list(listeners, "static_listeners").map((one) => record(one, "listener")),
  ];
  const named = (items: readonly Json[], field: string) =>
    new Map(items.map((item) => [text(item, field), item] as const).filter(([name]) => name !== ""));
  const assignments = [
    ...list(endpoints, "dynamic_endpoint_configs"),
    ...list(endpoints, "static_endpoint_configs"),
  ].map((one) => record(one, "endpoint_config"));
  return {
    listeners: raws
      .filter((raw) => Object.keys(raw).length > 0)
      .map(listenerOf)
      .sort(byImportance),
    routes: named(
      list(routes, "dynamic_route_configs").map((one) => record(one, "route_config")),
      "name",
    ),
    clusters: named(
      [...list(clusters, "dynamic_active_clusters"), ...list(clusters, "static_clusters")].map((one) =>
        record(one, "cluster"),
      ),
      "name",
    ),
    endpoints: new Map(
      assignments.map((one) => [
        text(one, "cluster_name"),
        list(one, "endpoints").flatMap((locality) => list(locality, "lb_endpoints")),
      ]),
    ),
  };
}

function listenerOf(raw: Json): Listener {
  const address = text(raw, "address", "socket_address", "address");
  const port = text(raw, "address", "socket_address", "port_value");
  return {
    // Those of the bootstrap have no names.
    ...{ name: text(raw, "name") || `${address}_${port}`, address, port },
    direction: text(raw, "traffic_direction"),
    raw,
  };
}

/** First the doors that every connection comes through, then by port. */
function byImportance(a: Listener, b: Listener): number {
  const rank = ({ name }: Listener) => ["virtualInbound", "virtualOutbound"].indexOf(name) + 1 || 3;
  return rank(a) - rank(b) || Number(a.port) - Number(b.port) || (a.name < b.name ? -1 : 1);
}
