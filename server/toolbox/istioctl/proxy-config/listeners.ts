import type { CommandContext } from "../command.ts";
import { field, type Json, list, text } from "../json.ts";
import { table } from "../text/tabwriter.ts";
import { type ConfigDump, dumpOf, outputFormat, printValue } from "./dump.ts";
import { routeMatch } from "./routes.ts";

/** Known ALPN sets by nickname (istioctl configdump/listener.go). */
const HTTP_PLAIN = "http/1.0,http/1.1,h2c";
const ISTIO_HTTP = "istio-http/1.0,istio-http/1.1,istio-h2";
const NICKNAMES: Record<string, string> = {
  "istio-peer-exchange,istio": "TCP TLS",
  [HTTP_PLAIN]: "HTTP",
  [`${HTTP_PLAIN},${ISTIO_HTTP}`]: "HTTP TLS",
  [`istio,${ISTIO_HTTP}`]: "Istio HTTP Plain",
};

export async function listeners(context: CommandContext): Promise<void> {
  const output = outputFormat(context);
  const found = listenersOf(await dumpOf(context, "listener")).filter(listenerFilter(context));
  if (output !== "short") printValue(context, found);
  // The one table with a single blank between columns.
  else
    context.stdout(table(context.args.flag("verbose") === false ? typeRows(found) : listenerRows(found), 1));
}

export function listenersOf(dump: ConfigDump): Json[] {
  const section = dump.section("ListenersConfigDump");
  const dynamic = list(section.dynamicListeners).map((item) => field(item, "activeState", "listener"));
  const fixed = list(section.staticListeners).map(({ listener }) => listener);
  return list([...dynamic, ...fixed]).sort(
    (a, b) => portOf(a) - portOf(b) || (addressOf(a) < addressOf(b) ? -1 : 1),
  );
}

const portOf = (listener: Json) => Number(field(listener, "address", "socketAddress", "portValue") ?? 0);
const addressOf = (listener: Json) => text(listener, "address", "socketAddress", "address");

export function listenerRows(found: readonly Json[]): string[][] {
  return [["ADDRESSES", "PORT", "MATCH", "DESTINATION"], ...found.flatMap(rowsOf)];
}

const typeRows = (found: readonly Json[]): string[][] => [
  ["ADDRESSES", "PORT", "TYPE"],
  ...found.map((listener) => [addressOf(listener), String(portOf(listener)), typeOf(listener)]),
];

function rowsOf(listener: Json): string[][] {
  const fallback = field(listener, "defaultFilterChain");
  const chains = list(listener.filterChains).map((chain) => [
    describeMatch(chain.filterChainMatch),
    destination(chain),
  ]);
  if (fallback) chains.push(["ALL", destination(fallback)]);
  return chains
    .sort(([, a = ""], [, b = ""]) => (a > b ? -1 : Number(a < b)))
    .map(([match = "", target = ""]) => [addressOf(listener), String(portOf(listener)), match, target]);
}

function describeMatch(match: unknown): string {
  const parts: string[] = [];
  const names = list2(field(match, "serverNames"));
  if (names.length) parts.push(`SNI: ${names.join(",")}`);
  const transport = text(match, "transportProtocol");
  if (transport) parts.push(`Trans: ${transport}`);
  const protocols = list2(field(match, "applicationProtocols")).join(",");
  if (protocols) parts.push(`App: ${NICKNAMES[protocols] ?? protocols}`);
  const port = text(match, "destinationPort");
  const ranges = list(field(match, "prefixRanges")).map(
    (range) => `${text(range, "addressPrefix")}/${text(range, "prefixLen") || "0"}`,
  );
  if (ranges.length) parts.push(`Addr: ${ranges.join(",")}${port ? `:${port}` : ""}`);
  else if (port) parts.push(`Addr: *:${port}`);
  return parts.length ? parts.join("; ") : "ALL";
}

const list2 = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Where a chain leads: a route table, the inline routes, or a cluster. */
function destination(chain: unknown): string {
  for (const filter of list(field(chain, "filters"))) {
    const config = field(filter, "typedConfig");
    const routes = text(config, "rds", "routeConfigName");
    if (routes) return `Route: ${routes}`;
    const inline = field(config, "routeConfig");
    if (inline) return inlineRoutes(inline);
    const cluster = text(config, "cluster");
    if (cluster === "BlackHoleCluster") return "Non-HTTP/Non-TCP";
    if (cluster) return clusterName(cluster);
  }
  return "Non-HTTP/Non-TCP";
}

function inlineRoutes(config: unknown): string {
  const hosts = list(field(config, "virtualHosts"));
  const all = list(hosts[0]?.routes);
  const cluster = text(all[0], "route", "cluster");
  // One host for everybody with one route for everything: its cluster says more than the route.
  const matchAll =
    hosts.length === 1 && everybody(hosts[0]) && all.length === 1 && text(all[0], "match", "prefix") === "/";
  if (matchAll && cluster) return clusterName(cluster);
  return `Inline Route: ${hosts.map(hostRoutes).join("; ")}`;
}

function hostRoutes(host: Json): string {
  const routes = list(host.routes).map(routeMatch).join(", ");
  return everybody(host) ? routes : `${list2(host.domains).join("/")} ${routes}`;
}

const everybody = (host: unknown) => list2(field(host, "domains")).join("\0") === "*";

/** PassthroughCluster and its like say what they are. */
const clusterName = (cluster: string) => (cluster.includes("Cluster") ? cluster : `Cluster: ${cluster}`);

export function listenerFilter({ args }: CommandContext): (listener: Json) => boolean {
  const [address, port, type] = [args.text("address"), args.number("port"), args.text("type")];
  return (listener) =>
    (!address || addressOf(listener).toLowerCase() === address.toLowerCase()) &&
    (!port || portOf(listener) === port) &&
    (!type || typeOf(listener) === type.toUpperCase());
}

/** HTTP, TCP, HTTP+TCP, UNKNOWN, by the filters of all chains; a TCP proxy to nowhere does not count. */
function typeOf(listener: Json): string {
  const filters = [...list(listener.filterChains), ...list([listener.defaultFilterChain])].flatMap((chain) =>
    list(chain.filters),
  );
  const http = filters.some(({ name }) => name === "envoy.filters.network.http_connection_manager");
  const tcp = filters.some(
    ({ name, typedConfig }) =>
      name === "envoy.filters.network.tcp_proxy" && text(typedConfig, "cluster") !== "BlackHoleCluster",
  );
  return [http ? "HTTP" : "", tcp ? "TCP" : ""].filter(Boolean).join("+") || "UNKNOWN";
}
