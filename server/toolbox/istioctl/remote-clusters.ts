import { z } from "zod";
import type { Command, CommandContext } from "./command.ts";
import { askIstiods, REVISION } from "./istiod.ts";
import { table } from "./text/tabwriter.ts";

/** `istioctl remote-clusters` (istioctl/pkg/proxyconfig/clusters.go): what istiod's /debug/clusterz lists. */
export const remoteClusters: Command = {
  name: "remote-clusters",
  short: "Lists the remote clusters each istiod instance is connected to.",
  usage: "remote-clusters [flags]",
  flags: [REVISION],
  run,
};

const clusters = z.array(z.object({ id: z.string(), secretName: z.string(), syncStatus: z.string() }));

async function run(context: CommandContext): Promise<void> {
  const answers = await askIstiods(context.access(), {
    istioNamespace: context.istioNamespace,
    path: "/debug/clusterz",
    revision: context.args.text("revision"),
  });
  const rows = answers.flatMap(({ istiod, body }) =>
    (clusters.nullable().parse(JSON.parse(body)) ?? []).map(({ id, secretName, syncStatus }) => [
      id,
      secretName,
      syncStatus,
      istiod,
    ]),
  );
  context.stdout(table([["NAME", "SECRET", "STATUS", "ISTIOD"], ...rows]));
}
