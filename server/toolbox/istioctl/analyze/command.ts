import { readFileSync } from "node:fs";
import { z } from "zod";
import { ApiError, getJson } from "../../kube/client.ts";
import type { Command, CommandContext } from "../command.ts";
import { CommandError, EXIT, notSupported, UsageError } from "../errors.ts";
import { atLeast } from "../release.ts";
import { analyzersOf, isAble, runAnalyzers } from "./analyzers/index.ts";
import { isKnownCode } from "./findings.ts";
import { meshConfigOf, readCluster, readMeshConfig } from "./from-cluster.ts";
import { gatherFiles, readFiles, several } from "./from-files.ts";
import {
  atLeastAsGrave,
  LEVELS,
  type Level,
  type Message,
  type Suppression,
  selected,
  sorted,
} from "./message.ts";
import { analysisUrl, FORMATS, type Format, printed } from "./print.ts";
import { friendlyName, type Resource } from "./resource.ts";
import { type World, worldOf } from "./world.ts";

class FoundIssues extends CommandError {
  override readonly exitCode = EXIT.analyzerFoundIssues;
}
class UnreadableFiles extends CommandError {
  override readonly exitCode = EXIT.data;
}

/** `istioctl analyze`. Follows istioctl/pkg/analyze/analyze.go. */
export const analyze: Command = {
  name: "analyze",
  short: "Analyze Istio configuration and print validation messages",
  usage: "analyze <file>... [flags]",
  flags: [
    { name: "list-analyzers", short: "L", type: "bool", usage: "List the analyzers and end" },
    { name: "use-kube", short: "k", type: "bool", usage: "Look at the cluster too (true when left out)" },
    { name: "color", type: "bool", usage: "Colour levels (true on a terminal)" },
    { name: "verbose", short: "v", type: "bool", usage: "Name the analyzers that ran" },
    {
      name: "failure-threshold",
      type: "string",
      usage: "Level from which the exit code is 79: Info, Warning, Error",
    },
    {
      name: "output-threshold",
      type: "string",
      usage: "Level from which messages are shown: Info, Warning, Error",
    },
    { name: "output", short: "o", type: "string", usage: "One of log, json, yaml" },
    { name: "meshConfigFile", type: "string", usage: "File to take for the mesh's settings" },
    { name: "all-namespaces", short: "A", type: "bool", usage: "Look at all namespaces" },
    {
      name: "suppress",
      short: "S",
      type: "string",
      usage:
        'CODE=RESOURCE to say nothing of, e.g. "IST0102=Namespace frod"; may be repeated, names may have *',
    },
    { name: "timeout", type: "string", usage: "How long to wait" },
    { name: "recursive", short: "R", type: "bool", usage: "Go into folders of folders" },
    { name: "ignore-unknown", type: "bool", usage: "Do not fail for what cannot be read" },
    { name: "revision", type: "string", usage: "Revision to look at" },
    { name: "analyzer", type: "string", usage: "Run this analyzer only; may be repeated" },
    { name: "remote-contexts", type: "string", usage: "Contexts of further clusters" },
  ],
  run,
};

interface Settings {
  readonly format: Format;
  readonly failure: Level;
  readonly output: Level;
  readonly useKube: boolean;
  readonly suppressions: readonly Suppression[];
}

function settingsOf(context: CommandContext): Settings {
  const { args } = context;
  const asked = (args.text("output") ?? "log").toLowerCase();
  const format = FORMATS.find((one) => one === asked);
  if (!format) throw new UsageError(`${asked} not a valid option for format. See istioctl analyze --help`);
  if (args.text("remote-contexts") !== undefined) throw notSupported("analyze --remote-contexts");
  if (args.text("analyzer") !== undefined && !atLeast(context.version, "1.24"))
    throw new UsageError("unknown flag: --analyzer");
  return {
    format,
    failure: levelOf(args.text("failure-threshold"), "failure-threshold") ?? "Error",
    output: levelOf(args.text("output-threshold"), "output-threshold") ?? "Info",
    useKube: args.flag("use-kube") ?? true,
    suppressions: args.all("suppress").map(suppressionOf),
  };
}

function levelOf(text: string | undefined, flag: string): Level | undefined {
  if (text === undefined) return undefined;
  const level = LEVELS.find((one) => one.toUpperCase() === text.toUpperCase());
  if (!level) throw new UsageError(`invalid argument "${text}" for "--${flag}" flag: invalid level option`);
  return level;
}

function suppressionOf(text: string): Suppression {
  const [code, name, ...rest] = text.split("=");
  if (code === undefined || name === undefined || rest.length > 0)
    throw new CommandError(`${text} is not a valid suppression value. See istioctl analyze --help`);
  return { code, name };
}

async function run(context: CommandContext): Promise<void> {
  const { args } = context;
  const settings = settingsOf(context);
  const analyzers = analyzersOf(context.version);
  if (args.flag("list-analyzers")) {
    const byName = [...analyzers].sort((a, b) => (a.name < b.name ? -1 : 1));
    context.stdout(byName.map(({ name, description }) => `* ${name}:\n    ${description}\n`).join(""));
    return;
  }
  const files = gatherFiles(args.operands, {
    recursive: args.flag("recursive") ?? atLeast(context.version, "1.24"),
    note: (text) => context.stderr(text),
  });
  const target = await targetOf(context, settings);
  if (!target) return;
  for (const { code } of settings.suppressions)
    if (!isKnownCode(code, context.version))
      context.stderr(
        `Warning: Supplied message code '${code}' is an unknown message code and will not have any effect.\n`,
      );
  if (!settings.useKube && files.length === 0)
    throw new CommandError("at least one file and/or Kubernetes source must be provided");
  const { resources, problems } = readFiles(files, target.namespace ?? "");
  if (problems.length > 0) context.stderr(`Error(s) adding files: ${several(problems)}`);
  const world = await worldFor(context, settings, resources);
  const only = args.all("analyzer");
  const named = analyzers.filter(({ name }) => only.includes(name));
  const wanted = named.length > 0 ? named : analyzers;
  const able = wanted.filter((analyzer) => isAble(analyzer, settings.useKube));
  const found = runAnalyzers(world, able);
  if (args.flag("verbose")) {
    context.stderr(`Analyzed resources in ${target.text}\n`);
    const names = (list: typeof wanted) => list.map(({ name }) => `\t ${name}\n`).join("");
    const skipped = names(wanted.filter((analyzer) => !able.includes(analyzer)));
    if (skipped) context.stderr(`Skipped analyzers:\n${skipped}`);
    context.stderr(`Executed analyzers:\n${names(able)}\n`);
  }
  const { suppressions } = settings;
  const messages = sorted(selected(found, { namespace: target.namespace, suppressions }));
  report(context, messages, { settings, target: target.text, files, broken: problems.length > 0 });
}

interface Target {
  /** Undefined: all of them. */
  readonly namespace: string | undefined;
  readonly text: string;
}

/** Undefined when the namespace is not there, which is said and is no failure. */
async function targetOf(context: CommandContext, { useKube }: Settings): Promise<Target | undefined> {
  const given = context.args.text("namespace");
  const namespace = given ?? (useKube ? context.access().namespace : "default");
  if (useKube) {
    const path = `/api/v1/namespaces/${namespace}`;
    const there = await getJson(context.access(), path, { schema: z.unknown() }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ApiError && error.code === 404) return false;
        throw error;
      },
    );
    if (!there) {
      context.stderr(`namespace ${JSON.stringify(given ?? "")} not found\n`);
      return undefined;
    }
  }
  if (context.args.flag("all-namespaces")) return { namespace: undefined, text: "all namespaces" };
  return { namespace, text: `namespace: ${namespace}` };
}

/** The cluster with the files laid over it: a file's resource stands for the cluster's of the same name. */
async function worldFor(
  context: CommandContext,
  { useKube }: Settings,
  fromFiles: readonly Resource[],
): Promise<World> {
  const { istioNamespace, args, version } = context;
  const revision = args.text("revision") ?? "default";
  const fromCluster = useKube ? await readCluster(context.access(), { istioNamespace, revision }) : [];
  const covered = new Set(fromFiles.map(friendlyName));
  const resources = [...fromFiles, ...fromCluster.filter((resource) => !covered.has(friendlyName(resource)))];
  const file = args.text("meshConfigFile");
  const mesh = file ? readMeshConfig(readFileSync(file, "utf8")) : meshConfigOf(resources, istioNamespace);
  return worldOf(resources, mesh, version);
}

interface Outcome {
  readonly settings: Settings;
  readonly target: string;
  readonly files: readonly string[];
  /** Whether something in the files could not be read. */
  readonly broken: boolean;
}

function report(context: CommandContext, messages: readonly Message[], outcome: Outcome): void {
  const { settings, target, broken } = outcome;
  const { format } = settings;
  const colour = context.args.flag("color") ?? (process.stdout.isTTY && process.env.TERM !== "dumb");
  const shown = messages.filter(({ level }) => atLeastAsGrave(level, settings.output));
  context.stdout(`${printed(shown, { format, colour, release: context.version })}\n`);
  if (shown.length === 0) context.stderr(`${nothingFound(outcome, context.version)}\n`);
  if (format !== "log") return;
  if (messages.some(({ level }) => atLeastAsGrave(level, settings.failure)))
    throw new FoundIssues(
      `Analyzers found issues when analyzing ${target}.\nSee ${analysisUrl(context.version)} for more information about causes and resolutions.`,
    );
  if (broken && !context.args.flag("ignore-unknown"))
    throw new UnreadableFiles("Some files couldn't be parsed.");
}

function nothingFound({ target, files, broken }: Outcome, release: string): string {
  const said = "No validation issues found when analyzing";
  // Upstream counts all files as one.
  if (broken) return `${said} ${target} (but 1 file could not be parsed).`;
  if (files.length === 0) return `\u2714 ${said} ${target}.`;
  if (files.length > 1 && atLeast(release, "1.24")) return `\u2714 ${said}:\n  - ${files.join("\n  - ")}`;
  return `\u2714 ${said} ${files.join("\n")}.`;
}
