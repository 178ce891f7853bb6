import { z } from "zod";
import { getJson } from "../kube/client.ts";
import { execInPod } from "../kube/exec.ts";
import type { Command, CommandContext } from "./command.ts";
import { CommandError } from "./errors.ts";
import { askEnvoy } from "./proxy-config/index.ts";
import { type PodTarget, resolvePod } from "./target.ts";
import { toYaml } from "./text/yaml.ts";

/** `istioctl experimental envoy-stats` (istioctl/pkg/proxyconfig StatsConfigCmd): what the proxy's admin interface says. */
export const envoyStats: Command = {
  name: "envoy-stats",
  aliases: ["es"],
  short: "Retrieves Envoy metrics in the specified pod",
  usage: "envoy-stats [<type>/]<name>[.<namespace>] [flags]",
  flags: [
    { name: "output", short: "o", type: "string", usage: "Output format: one of json|yaml|prom|prom-merged" },
    { name: "type", short: "t", type: "string", usage: "Where to grab the stats: one of server|clusters" },
    { name: "proxy-admin-port", type: "int", usage: "Envoy proxy admin port" },
  ],
  run,
};

async function run(context: CommandContext): Promise<void> {
  const { args } = context;
  const [target] = args.operands;
  if (args.operands.length !== 1 || !target)
    throw new CommandError("stats requires pod name or label selector");
  const pod = await resolvePod(context.access(), target, args.text("namespace"));
  const type = args.text("type") || "server";
  const format = args.text("output") ?? "short";
  const stats = await statsOf(context, pod, { type, format });
  context.stdout(format === "yaml" ? toYaml(JSON.parse(stats)) : stats);
}

function statsOf(
  context: CommandContext,
  pod: PodTarget,
  { type, format }: { readonly type: string; readonly format: string },
): Promise<string> {
  const json = format === "json" || format === "yaml" ? "?format=json" : "";
  if (type === "cluster" || type === "clusters") return askEnvoy(context, pod, `clusters${json}`);
  if (type !== "server") return Promise.reject(new CommandError(`unknown stats type ${type}`));
  if (format === "prom") return askEnvoy(context, pod, "stats/prometheus");
  if (format === "prom-merged") return mergedStats(context, pod);
  return askEnvoy(context, pod, `stats${json}`);
}

const annotated = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
});

/** Where the pod says that it is scraped: the agent's port, which puts the application's metrics beside the proxy's. */
async function mergedStats(context: CommandContext, { name, namespace }: PodTarget): Promise<string> {
  const pod = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const { metadata } = await getJson(context.access(), pod, { schema: annotated });
  const { "prometheus.io/path": path, "prometheus.io/port": port } = metadata.annotations;
  if (!path || !port)
    throw new CommandError(
      `failed to retrieve prometheus path and port from Pod ${namespace}/${name}: prometheus annotations not found`,
    );
  const answer = await execInPod(context.access(), {
    namespace,
    pod: name,
    container: "istio-proxy",
    command: ["curl", "-s", `http://localhost:${port}${path}`],
  });
  if (answer.exitCode !== 0)
    throw new CommandError(`failed to execute command on Envoy: ${answer.stderr.trim()}`);
  return answer.stdout;
}
