import type { CommandContext } from "../command.ts";
import { table } from "../text/tabwriter.ts";
import { clusterRows, clustersOf } from "./clusters.ts";
import { askEnvoy, dumpOf, outputFormat, parseDump, podOf, printJson } from "./dump.ts";
import { endpointRows, endpointsOf } from "./endpoints.ts";
import { listenerRows, listenersOf } from "./listeners.ts";
import { routeRows, routesOf } from "./routes.ts";
import { secretRows, secretsOf } from "./secrets.ts";

/** Everything of one proxy: the raw dump as JSON, or all tables one below the other. */
export async function all(context: CommandContext): Promise<void> {
  if (outputFormat(context) === "json") {
    printJson(context, (await dumpOf(context, "all")).raw);
    return;
  }
  const pod = context.args.text("file") ? undefined : await podOf(context, "all");
  const dump = pod
    ? parseDump(await askEnvoy(context, pod, "config_dump?include_eds"))
    : await dumpOf(context, "all");
  const tables = [
    table(clusterRows(clustersOf(dump))),
    table(listenerRows(listenersOf(dump)), 1),
    table(routeRows(routesOf(dump))),
    table(secretRows(secretsOf(dump), context.version)),
  ];
  // A file holds no health of endpoints, so that table needs the pod.
  if (pod)
    tables.push(
      table(endpointRows(endpointsOf(await askEnvoy(context, pod, "clusters?format=json"), context))),
    );
  context.stdout(tables.join("\n"));
}

/** `proxy-config bootstrap`: JSON whatever is asked, as upstream's default. */
export async function bootstrap(context: CommandContext): Promise<void> {
  const { bootstrap: config, lastUpdated } = (await dumpOf(context, "bootstrap")).section(
    "BootstrapConfigDump",
  );
  printJson(context, { bootstrap: config, ...(lastUpdated !== undefined && { lastUpdated }) });
}
