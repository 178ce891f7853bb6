import type { CommandContext } from "../command.ts";
import { field, type Json, list, text } from "../json.ts";
import { table } from "../text/tabwriter.ts";
import { configName } from "./clusters.ts";
import { type ConfigDump, dumpOf, outputFormat, printValue } from "./dump.ts";

const SHOWN_DOMAINS = 2;

export async function routes(context: CommandContext): Promise<void> {
  const output = outputFormat(context);
  const found = routesOf(await dumpOf(context, "route")).filter(routeFilter(context));
  if (output !== "short") printValue(context, found);
  else context.stdout(table(context.args.flag("verbose") === false ? countRows(found) : routeRows(found)));
}

export function routeFilter({ args }: CommandContext): (table: Json) => boolean {
  const name = args.text("name");
  return (found) => !name || text(found, "name") === name;
}

/** Dynamic route tables by name, then the static ones, the nameless last. */
export function routesOf(dump: ConfigDump): Json[] {
  const section = dump.section("RoutesConfigDump");
  const all = [...list(section.dynamicRouteConfigs), ...list(section.staticRouteConfigs)].map(
    ({ routeConfig }) => routeConfig,
  );
  return list(all).sort((a, b) => compare(text(a, "name"), text(b, "name")));
}

function compare(a: string, b: string): number {
  if (!a || !b) return Number(!a) - Number(!b);
  const [x, y] = [Number(a), Number(b)];
  if (Number.isInteger(x) && Number.isInteger(y)) return x - y;
  return a < b ? -1 : Number(a > b);
}

export function routeRows(found: readonly Json[]): string[][] {
  const rows = found.flatMap((config) =>
    list(config.virtualHosts).flatMap((host) => hostRows(text(config, "name"), host)),
  );
  return [["NAME", "VHOST NAME", "DOMAINS", "MATCH", "VIRTUAL SERVICE"], ...rows];
}

const countRows = (found: readonly Json[]): string[][] => [
  ["NAME", "VIRTUAL HOSTS"],
  ...found.map((config) => [text(config, "name"), String(list(config.virtualHosts).length)]),
];

function hostRows(name: string, host: Json): string[][] {
  const head = [name, text(host, "name"), domains(host)];
  const all = list(host.routes);
  if (all.length === 0) return [[...head, "/*", "404"]];
  return all
    .filter((route) => text(route, "route", "cluster") !== "PassthroughCluster")
    .map((route) => [
      ...head,
      routeMatch(route),
      configName(text(field(route, "metadata", "filterMetadata", "istio", "config"))),
    ]);
}

/** The shortest spellings of a host, at most two (istioctl configdump/route.go describeRouteDomains). */
function domains(host: Json): string {
  const all = Array.isArray(host.domains) ? host.domains.map(String) : [];
  if (all.length === 1) return all[0] ?? "";
  const plain = all.filter((domain) => !domain.includes(":"));
  const shown = plain.filter(
    (domain) =>
      !plain.some(
        (other) => other !== domain && [`${other}.svc`, `${other}.svc.cluster.local`].includes(domain),
      ),
  );
  if (shown.length <= SHOWN_DOMAINS) return shown.join(", ");
  return `${shown.slice(0, SHOWN_DOMAINS).join(", ")} + ${shown.length - SHOWN_DOMAINS} more...`;
}

export function routeMatch(route: Json): string {
  const path = text(route, "match", "path");
  if (path) return path;
  const separated = text(route, "match", "pathSeparatedPrefix");
  if (separated) return `PathPrefix:${separated}`;
  const regex = text(route, "match", "safeRegex", "regex");
  if (regex) return `regex ${regex}`;
  return `${text(route, "match", "prefix")}*`;
}
