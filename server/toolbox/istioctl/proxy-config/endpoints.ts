import { readFileSync } from "node:fs";
import { z } from "zod";
import type { CommandContext } from "../command.ts";
import { field, type Json, list, text } from "../json.ts";
import { table } from "../text/tabwriter.ts";
import { toCamel } from "./camel.ts";
import { askEnvoy, outputFormat, podOf, printValue } from "./dump.ts";

const clustersAnswer = z.object({ clusterStatuses: z.array(z.record(z.string(), z.unknown())).default([]) });

export async function endpoints(context: CommandContext): Promise<void> {
  const output = outputFormat(context);
  const found = endpointsOf(await answerOf(context), context);
  if (output !== "short") printValue(context, found);
  else context.stdout(table(endpointRows(found)));
}

async function answerOf(context: CommandContext): Promise<string> {
  const file = context.args.text("file");
  if (file) return readFileSync(file === "-" ? 0 : file, "utf8");
  return askEnvoy(context, await podOf(context, "endpoints"), "clusters?format=json");
}

/** Clusters with those of their hosts that the filters leave. */
export function endpointsOf(answer: string, context: CommandContext): Json[] {
  const { args } = context;
  const want = {
    address: args.text("address"),
    port: args.text("port"),
    cluster: args.text("cluster"),
    status: args.text("status"),
  };
  return clustersAnswer
    .parse(toCamel(JSON.parse(answer)))
    .clusterStatuses.filter((cluster) => same(want.cluster, text(cluster, "name")))
    .map((cluster) => ({
      ...cluster,
      hostStatuses: list(cluster.hostStatuses).filter(
        (host) =>
          same(want.address, text(host, "address", "socketAddress", "address")) &&
          (!want.port || text(host, "address", "socketAddress", "portValue") === want.port) &&
          same(want.status, health(host)),
      ),
    }))
    .filter(({ hostStatuses }) => hostStatuses.length > 0);
}

/** Whether a filter, where there is one, names this; capitals do not matter. */
const same = (wanted: string | undefined, found: string): boolean =>
  !wanted || wanted.toLowerCase() === found.toLowerCase();

export function endpointRows(found: readonly Json[]): string[][] {
  const rows = found.flatMap((cluster) =>
    list(cluster.hostStatuses).map((host) => [
      endpoint(host),
      health(host),
      outlier(host),
      text(cluster, "name"),
    ]),
  );
  rows.sort((a, b) => (a.join("\0") < b.join("\0") ? -1 : 1));
  return [["ENDPOINT", "STATUS", "OUTLIER CHECK", "CLUSTER"], ...rows];
}

function endpoint(host: Json): string {
  const pipe = text(host, "address", "pipe", "path");
  if (pipe) return `unix://${pipe}`;
  return `${text(host, "address", "socketAddress", "address")}:${text(host, "address", "socketAddress", "portValue")}`;
}

const health = (host: Json) => text(host, "healthStatus", "edsHealthStatus") || "HEALTHY";
const outlier = (host: Json) =>
  field(host, "healthStatus", "failedOutlierCheck") === true ? "FAILED" : "OK";
