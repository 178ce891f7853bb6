import type { CommandContext } from "../command.ts";
import { field, type Json, list, text } from "../json.ts";
import { table } from "../text/tabwriter.ts";
import { clusterFilter, clusterRows, clustersOf } from "./clusters.ts";
import { type ConfigDump, dumpOf, outputFormat, printValue } from "./dump.ts";
import { listenerFilter, listenerRows, listenersOf } from "./listeners.ts";
import { routeFilter, routeRows, routesOf } from "./routes.ts";
import { secretRows, secretsOf } from "./secrets.ts";

/** Everything of one proxy: the raw dump as JSON or YAML, or all tables one below the other. */
export async function all(context: CommandContext): Promise<void> {
  const dump = await dumpOf(context, "all");
  if (outputFormat(context) !== "short") printValue(context, dump.raw);
  else context.stdout(tables(dump, context).join("\n"));
}

/** Here each table begins with a column NAME that says of what kind a row is (configdump's includeConfigType). */
function tables(dump: ConfigDump, context: CommandContext): string[] {
  const clusters = clustersOf(dump).filter(clusterFilter(context));
  const listeners = listenersOf(dump).filter(listenerFilter(context));
  const clusterNames = clusters.map((cluster) => `cluster/${text(cluster, "name")}`);
  const [listenerHead = [], ...listenerTable] = named(
    listenerRows(listeners),
    listeners.flatMap((listener) =>
      listenerRows([listener])
        .slice(1)
        .map(() => `listener/${text(listener, "name")}`),
    ),
  );
  const { bootstrap: config } = dump.section("BootstrapConfigDump");
  return [
    table(versionRows(field(config, "node")), 1),
    table(named(clusterRows(clusters), clusterNames)),
    table([listenerHead, ...listenerTable], 1),
    table(prefixed(routeRows(routesOf(dump).filter(routeFilter(context))), "route")),
    table(prefixed(secretRows(secretsOf(dump), context.version), "secret")),
    table(endpointRows(dump, context)),
  ];
}

const named = ([head = [], ...rows]: string[][], names: readonly string[]): string[][] => [
  ["NAME", ...head],
  ...rows.map((row, index) => [names[index] ?? "", ...row]),
];

const prefixed = ([head = [], ...rows]: string[][], kind: string): string[][] => [
  ["NAME", ...head.slice(1)],
  ...rows.map(([name = "", ...row]) => [`${kind}/${name}`, ...row]),
];

/** Endpoints as istiod pushed them; their health as the proxy sees it stands in `proxy-config endpoint`. */
function endpointRows(dump: ConfigDump, { args }: CommandContext): string[][] {
  const [wantedAddress, wantedPort] = [args.text("address"), args.text("port")];
  const section = dump.section("EndpointsConfigDump");
  const assignments = [...list(section.dynamicEndpointConfigs), ...list(section.staticEndpointConfigs)];
  const rows = list(assignments.map(({ endpointConfig }) => endpointConfig))
    .sort((a, b) => (text(a, "clusterName") < text(b, "clusterName") ? -1 : 1))
    .flatMap((assignment) =>
      list(assignment.endpoints).flatMap((group) =>
        list(group.lbEndpoints)
          .filter((endpoint) => {
            const own = field(endpoint, "endpoint", "address", "socketAddress");
            return (
              (!wantedAddress || text(own, "address") === wantedAddress) &&
              (!wantedPort || text(own, "portValue") === wantedPort)
            );
          })
          .map((endpoint) => [
            `endpoint/${address(endpoint)}`,
            text(endpoint, "healthStatus") || "UNKNOWN",
            locality(group),
            text(assignment, "clusterName"),
          ]),
      ),
    );
  return [["NAME", "STATUS", "LOCALITY", "CLUSTER"], ...rows];
}

function address(endpoint: Json): string {
  const at = field(endpoint, "endpoint", "address");
  const pipe = text(at, "pipe", "path");
  return pipe
    ? `unix://${pipe}`
    : `${text(at, "socketAddress", "address")}:${text(at, "socketAddress", "portValue")}`;
}

const locality = (group: Json): string =>
  ["region", "zone", "subZone"]
    .map((part) => text(group, "locality", part))
    .filter(Boolean)
    .join("/");

/** `proxy-config bootstrap`: JSON unless something else is asked for. */
export async function bootstrap(context: CommandContext): Promise<void> {
  const output = context.args.text("output") === undefined ? "json" : outputFormat(context);
  const section = (await dumpOf(context, "bootstrap")).section("BootstrapConfigDump");
  const { bootstrap: config, lastUpdated } = section;
  if (output === "short") context.stdout(table(versionRows(field(config, "node")), 1));
  else printValue(context, { bootstrap: config, ...(lastUpdated !== undefined && { lastUpdated }) });
}

/** Releases that a proxy says it is of; a line for each that it says. */
function versionRows(node: unknown): string[][] {
  const metadata = field(node, "metadata");
  const sha = text(metadata, "ISTIO_PROXY_SHA").split(":");
  const build = field(node, "userAgentBuildVersion");
  const number = (part: string) => text(build, "version", part) || "0";
  const labels = ["build.label", "revision.status", "build.type", "ssl.version"].map((key) =>
    text(build, "metadata", key),
  );
  const [label = "", ...more] = labels;
  const envoy = `${number("majorNumber")}.${number("minorNumber")}.${number("patch")}${label && `-${label}`}`;
  return [
    ["Istio Version:", text(metadata, "ISTIO_VERSION")],
    ["Istio Proxy Version:", sha[1] ?? sha[0] ?? ""],
    ["Envoy Version:", [envoy, ...more.filter(Boolean)].join("/")],
  ].filter(([, value]) => value !== "");
}
