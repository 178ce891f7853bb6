import { writeFileSync } from "node:fs";
import path from "node:path";
import { tarball } from "../../download-istio/tar.ts";
import { analyze } from "../analyze/index.ts";
import { parseArguments } from "../args.ts";
import { type Command, type CommandContext, commandContext } from "../command.ts";
import { Ended, notSupported } from "../errors.ts";
import { goDuration } from "../metrics.ts";
import { version } from "../version.ts";
import { clusterFiles, containerFiles, IGNORED, pathOf, type ReportFile, reported } from "./collect.ts";

const NOT_HERE = [
  ...["include", "exclude", "start-time", "end-time", "duration", "critical-errs", "ignore-errs"],
  ...["dir", "filename", "rq-concurrency"],
];

/**
 * `istioctl bug-report` (tools/bug-report): logs of the proxies and istiod, their debug pages, what the cluster holds and
 * what `analyze` says of it, in one archive. Lists are YAML; core dumps and netstat are not looked for.
 */
export const bugReport: Command = {
  name: "bug-report",
  short: "Cluster information and log capture support tool.",
  usage: "bug-report [flags]",
  flags: [
    { name: "dry-run", type: "bool", usage: "Fetch and write nothing" },
    { name: "full-secrets", type: "bool", usage: "Put the content of secrets into the archive" },
    { name: "istio-namespace", type: "string", usage: "Namespace of Istio's control plane" },
    { name: "output-dir", type: "string", usage: "Folder for the archive" },
    { name: "timeout", type: "string", usage: "Longest time to spend on logs" },
    ...NOT_HERE.map((name) => ({ name, type: "string" as const })),
  ],
  run,
};

async function run(asked: CommandContext): Promise<void> {
  const { args } = asked;
  for (const flag of NOT_HERE) if (args.text(flag) !== undefined) throw notSupported(`bug-report --${flag}`);
  const context = { ...asked, istioNamespace: args.text("istio-namespace") ?? asked.istioNamespace };
  const [dryRun, fullSecrets] = [args.flag("dry-run") === true, args.flag("full-secrets") === true];
  const access = context.access();
  context.stdout(`\nTarget cluster context: ${access.context ?? ""}\n\n`);
  context.stdout(`Running with the following config: \n\n${settings(context, fullSecrets)}\n\n`);
  context.stdout(`\nCluster endpoint: ${access.server.origin}\n`);
  const versions = await versionsOf(context);
  context.stdout(versions);
  const containers = await reported(context);
  context.stdout(`\n\nFetching logs for the following containers:\n\n${containers.map(pathOf).join("\n")}\n`);
  context.stdout("\nFetching Istio control plane information from cluster.\n\n");
  const files: ReportFile[] = [["versions", versions]];
  if (!dryRun) files.push(...(await clusterFiles(context, { fullSecrets })));
  context.stdout("\nFetching CNI logs from cluster.\n\n");
  if (!dryRun) for (const one of containers) files.push(...(await containerFiles(context, one)));
  context.stdout("Running Istio analyze on all namespaces and report as below:\nAnalysis Report:\n");
  const analysis = await analysisOf(context);
  context.stdout(`${analysis}\n`);
  if (analysis.trim()) files.push(["analyze/allNamespaces/allNamespaces", analysis]);
  write(context, files, dryRun);
  context.stdout("Done.\n");
}

function write(context: CommandContext, files: readonly ReportFile[], dryRun: boolean): void {
  const archive = path.resolve(context.args.text("output-dir") ?? ".", "bug-report.tar.gz");
  if (dryRun) {
    context.stdout(`Dry run, skipping archive creation at ${archive}.\n`);
    return;
  }
  context.stdout(`Creating an archive at ${archive}.\n`);
  const begun = performance.now();
  const content = files.map(([file, text]) => ({
    path: `bug-report/${file}`,
    content: Buffer.from(text),
    executable: false,
  }));
  writeFileSync(archive, tarball(content, new Date()));
  const spent = goDuration(performance.now() - begun);
  context.stdout(`Time used for creating the tar file is ${spent}.\n`);
}

const settings = ({ args, istioNamespace }: CommandContext, fullSecrets: boolean): string =>
  [
    ...(args.text("kubeconfig") ? [`kubeconfig: ${args.text("kubeconfig")}`] : []),
    ...(args.text("context") ? [`context: ${args.text("context")}`] : []),
    `istio-namespace: ${istioNamespace}`,
    `full-secrets: ${fullSecrets}`,
    `timeout (mins): ${minutes(args.text("timeout") ?? "30m")}`,
    "include: {  }",
    `exclude: { Namespaces: ${IGNORED.join(",")} }`,
    `end-time: ${new Date().toISOString().replace("T", " ").replace("Z", "")} +0000 UTC`,
    "",
  ].join("\n");

const minutes = (text: string): number => {
  const [, amount = "30", unit] = /^(\d+)(h|m|s)/.exec(text) ?? [];
  return Math.round(unit === "h" ? Number(amount) * 60 : unit === "s" ? Number(amount) / 60 : Number(amount));
};

/** What `version --short=false` says, under upstream's headings. */
async function versionsOf(context: CommandContext): Promise<string> {
  const lines = (await said(context, version, ["--short=false"])).split("\n");
  const after = (prefix: string) =>
    lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length));
  const proxies = after("data plane version: ").map((text) => /IstioVersion:"([^"]*)"/.exec(text)?.[1] ?? "");
  const releases = [...new Set(proxies)];
  return [
    "CLI version:",
    after("client version: ")[0] ?? lines[0] ?? "",
    "",
    "The following Istio control plane revisions/versions were found in the cluster:",
    ...after("pilot version: ").flatMap((text) => ["Revision default:", text, ""]),
    "The following proxy revisions/versions were found in the cluster:",
    ...(releases.length > 0 ? [`Revision default: Versions {${releases.join(", ")}}`] : []),
    "",
  ].join("\n");
}

const analysisOf = (context: CommandContext) => said(context, analyze, ["--all-namespaces", "--color=false"]);

/** What another command prints on stdout; that it found something is no reason to stop. */
async function said(context: CommandContext, command: Command, words: readonly string[]): Promise<string> {
  let text = "";
  const inherited = ["kubeconfig", "context"].flatMap((flag) => {
    const value = context.args.text(flag);
    return value === undefined ? [] : [`--${flag}=${value}`];
  });
  const args = parseArguments(
    [...words, ...inherited, `--istioNamespace=${context.istioNamespace}`],
    command.flags ?? [],
  );
  const quiet = {
    stdout: (more: string) => {
      text += more;
    },
    stderr: () => undefined,
    version: context.version,
  };
  await command.run?.(commandContext(args, quiet)).catch((error: unknown) => {
    if (!(error instanceof Ended) && text === "") text = error instanceof Error ? `${error.message}\n` : "";
  });
  return text;
}
