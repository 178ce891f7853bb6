import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Command, CommandContext } from "./command.ts";
import { compared } from "./compare.ts";
import { CommandError, notSupported } from "./errors.ts";
import { askIstiods } from "./istiod.ts";
import { askEnvoy } from "./proxy-config/index.ts";
import { atLeast } from "./release.ts";
import { resolvePod } from "./target.ts";
import { table } from "./text/tabwriter.ts";

/** One proxy as istiod's /debug/syncz lists it (pilot/pkg/xds/debug.go SyncStatus). */
const syncStatus = z.object({
  proxy: z.string(),
  cluster_id: z.string().default(""),
  istio_version: z.string().default(""),
  cluster_sent: z.string().optional(),
  cluster_acked: z.string().optional(),
  listener_sent: z.string().optional(),
  listener_acked: z.string().optional(),
  route_sent: z.string().optional(),
  route_acked: z.string().optional(),
  endpoint_sent: z.string().optional(),
  endpoint_acked: z.string().optional(),
  extensionconfig_sent: z.string().optional(),
  extensionconfig_acked: z.string().optional(),
});
type SyncStatus = z.infer<typeof syncStatus>;

export const proxyStatus: Command = {
  name: "proxy-status",
  aliases: ["ps"],
  short: "Retrieves the synchronization status of each Envoy in the mesh",
  usage: "proxy-status [<type>/]<name>[.<namespace>] [flags]",
  flags: [
    { name: "revision", short: "r", type: "string", usage: "Revision of istiod to ask" },
    {
      name: "file",
      short: "f",
      type: "string",
      usage: "Configuration dump to compare instead of the proxy's own",
    },
  ],
  run,
};

async function run(context: CommandContext): Promise<void> {
  const { args } = context;
  if (args.text("revision") !== undefined) throw notSupported("proxy-status --revision");
  const [target] = args.operands;
  if (target !== undefined) return compareOne(context, target);
  if (args.text("file") !== undefined)
    throw new CommandError("--file can only be used when pod-name is specified");
  const answers = await askIstiods(context.access(), {
    istioNamespace: context.istioNamespace,
    path: "/debug/syncz",
  });
  const namespace = context.args.text("namespace");
  const rows = answers
    .flatMap(({ istiod, body }) =>
      z
        .array(syncStatus)
        .parse(JSON.parse(body))
        .map((status) => ({ istiod, status })),
    )
    .filter(({ status }) => !namespace || status.proxy.endsWith(`.${namespace}`))
    .sort((a, b) => order(a.status).localeCompare(order(b.status)));
  context.stdout(table(atLeast(context.version, "1.27") ? modern(rows) : classic(rows)));
}

/** What istiod sent to one proxy against what that proxy, or a file, has. */
async function compareOne(context: CommandContext, target: string): Promise<void> {
  const access = context.access();
  const { istioNamespace } = context;
  const pod = await resolvePod(access, target, context.args.text("namespace"));
  const file = context.args.text("file");
  const envoy = file
    ? readFileSync(file === "-" ? 0 : file, "utf8")
    : await askEnvoy(context, pod, "config_dump");
  const path = `/debug/config_dump?proxyID=${pod.name}.${pod.namespace}`;
  const answers = await askIstiods(access, { istioNamespace, path, refusalsPass: true });
  // A proxy is connected to one istiod; the others do not know it.
  const known = answers.find(({ body }) => body.startsWith("{"));
  if (!known) throw new CommandError("unable to find config dump in Istiod responses");
  context.stdout(compared(known.body, envoy));
}

const order = ({ cluster_id, proxy }: SyncStatus) => `${cluster_id}\0${proxy}`;

type Row = { readonly istiod: string; readonly status: SyncStatus };

/** Releases 1.14 to 1.26. */
function classic(rows: readonly Row[]): string[][] {
  return [
    ["NAME", "CLUSTER", "CDS", "LDS", "EDS", "RDS", "ECDS", "ISTIOD", "VERSION"],
    ...rows.map(({ istiod, status: s }) => [
      s.proxy,
      s.cluster_id,
      cell(s.cluster_sent, s.cluster_acked),
      cell(s.listener_sent, s.listener_acked),
      cell(s.endpoint_sent, s.endpoint_acked),
      cell(s.route_sent, s.route_acked),
      cell(s.extensionconfig_sent, s.extensionconfig_acked),
      istiod,
      s.istio_version,
    ]),
  ];
}

/** Releases from 1.27. */
function modern(rows: readonly Row[]): string[][] {
  return [
    ["NAME", "CLUSTER", "ISTIOD", "VERSION", "SUBSCRIBED TYPES"],
    ...rows.map(({ istiod, status: s }) => {
      const types = [
        ["CDS", s.cluster_sent],
        ["LDS", s.listener_sent],
        ["EDS", s.endpoint_sent],
        ["RDS", s.route_sent],
      ].flatMap(([type, sent]) => (type && sent ? [type] : []));
      return [s.proxy, s.cluster_id, istiod, s.istio_version, `${types.length} (${types.join(",")})`];
    }),
  ];
}

/** istioctl/pkg/writer/pilot/status.go xdsStatus. */
function cell(sent: string | undefined, acked: string | undefined): string {
  if (!sent) return "NOT SENT";
  if (sent === acked) return "SYNCED";
  return acked ? "STALE" : "STALE (Never Acknowledged)";
}
