import type { CommandContext } from "../command.ts";
import { field, type Json, list, text } from "../json.ts";
import { table } from "../text/tabwriter.ts";
import { type ConfigDump, dumpOf, outputFormat, printValue } from "./dump.ts";

export async function clusters(context: CommandContext): Promise<void> {
  const output = outputFormat(context);
  const found = clustersOf(await dumpOf(context, "cluster")).filter(clusterFilter(context));
  if (output !== "short") printValue(context, found);
  else context.stdout(table(clusterRows(found)));
}

export function clustersOf(dump: ConfigDump): Json[] {
  const section = dump.section("ClustersConfigDump");
  const all = [...list(section.dynamicActiveClusters), ...list(section.staticClusters)].map(
    ({ cluster }) => cluster,
  );
  return list(all).sort(byName);
}

/** `outbound|8080|v1|host` → its parts; other names are host only (istioctl configdump/cluster.go). */
export function nameParts(name: string) {
  const [direction, port, subset, host] = name.split("|");
  if (host === undefined) return { host: name, port: "-", subset: "-", direction: "-" };
  return { host, port: port ?? "", subset: subset || "-", direction: direction ?? "" };
}

const byName = (a: Json, b: Json) => {
  const [x, y] = [nameParts(text(a, "name")), nameParts(text(b, "name"))];
  return (
    compare(x.host, y.host) ||
    compare(x.subset, y.subset) ||
    Number(x.port) - Number(y.port) ||
    compare(x.direction, y.direction)
  );
};

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

export function clusterRows(found: readonly Json[]): string[][] {
  return [
    ["SERVICE FQDN", "PORT", "SUBSET", "DIRECTION", "TYPE", "DESTINATION RULE"],
    ...found.map((cluster) => {
      const { host, port, subset, direction } = nameParts(text(cluster, "name"));
      return [
        host,
        port,
        subset,
        direction,
        text(cluster, "type") || "STATIC",
        configName(text(field(cluster, "metadata", "filterMetadata", "istio", "config"))),
      ];
    }),
  ];
}

/** `/apis/networking.istio.io/v1alpha3/namespaces/NS/KIND/NAME` → `NAME.NS`. */
export function configName(path: string): string {
  const parts = path.split("/");
  return parts.length === 8 ? `${parts[7]}.${parts[5]}` : "";
}

/** Which clusters are asked for, by pieces of their names (istioctl configdump/cluster.go Verify). */
export function clusterFilter({ args }: CommandContext): (cluster: Json) => boolean {
  const port = args.number("port");
  const pieces = [args.text("fqdn"), args.text("subset"), args.text("direction"), port && `|${port}|`];
  return (cluster) => pieces.every((piece) => !piece || text(cluster, "name").includes(piece));
}
