import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Command, CommandContext } from "./command.ts";
import { compared } from "./compare.ts";
import { CommandError, UsageError } from "./errors.ts";
import { askIstiods, REVISION } from "./istiod.ts";
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
    REVISION,
    {
      name: "file",
      short: "f",
      type: "string",
      usage: "Configuration dump to compare instead of the proxy's own",
    },
    // From 1.27 on; upstream's prints the same table whatever the output.
    { name: "output", short: "o", type: "string", usage: "Output format: table or json" },
    { name: "verbosity", short: "v", type: "int", usage: "1 shows all xDS types" },
  ],
  run,
};

async function run(context: CommandContext): Promise<void> {
  const { args } = context;
  const modern = atLeast(context.version, "1.27");
  for (const flag of ["output", "verbosity"])
    if (!modern && args.text(flag) !== undefined) throw new UsageError(`unknown flag: --${flag}`);
  const [target] = args.operands;
  if (target !== undefined) return compareOne(context, target);
  if (args.text("file") !== undefined)
    throw new CommandError("--file can only be used when pod-name is specified");
  const answers = await askIstiods(context.access(), {
    istioNamespace: context.istioNamespace,
    path: "/debug/syncz",
    revision: args.text("revision"),
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
  if (!modern) context.stdout(table(classic(rows)));
  else context.stdout(table((args.number("verbosity") ?? 0) > 0 ? everyType(rows) : subscribed(rows)));
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
function subscribed(rows: readonly Row[]): string[][] {
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

/** `-v 1` of those: all types, by the names of their messages; a type that nobody asked for is ignored. */
function everyType(rows: readonly Row[]): string[][] {
  const known = (sent: string | undefined, acked: string | undefined) =>
    sent ? cell(sent, acked) : "IGNORED";
  return [
    ["NAME", "CLUSTER", "CDS", "ECDS", "EDS", "LDS", "RDS", "ISTIOD", "VERSION"],
    ...rows.map(({ istiod, status: s }) => [
      s.proxy,
      s.cluster_id,
      known(s.cluster_sent, s.cluster_acked),
      known(s.extensionconfig_sent, s.extensionconfig_acked),
      known(s.endpoint_sent, s.endpoint_acked),
      known(s.listener_sent, s.listener_acked),
      known(s.route_sent, s.route_acked),
      istiod,
      s.istio_version,
    ]),
  ];
}

/** istioctl/pkg/writer/pilot/status.go xdsStatus. */
function cell(sent: string | undefined, acked: string | undefined): string {
  if (!sent) return "NOT SENT";
  if (sent === acked) return "SYNCED";
  return acked ? "STALE" : "STALE (Never Acknowledged)";
}
