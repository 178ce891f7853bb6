import type { Command, CommandContext } from "../command.ts";
import { Cancelled, CommandError, notSupported } from "../errors.ts";
import { confirm } from "./confirm.ts";
import { DRY_RUN, FILENAME, FORCE, MANIFESTS, REVISION, SET, SKIP_CONFIRMATION } from "./flags.ts";
import type { ApiObject } from "./objects.ts";
import { parseSet } from "./overlay.ts";
import { connectedProxies, injectors } from "./present.ts";
import { progressOf } from "./progress.ts";
import { everythingInstalled, installedOfRevision, removeObjects } from "./prune.ts";

/** `istioctl uninstall` (operator/cmd/mesh/uninstall.go): by revision, or everything of every one. */
export const uninstall: Command = {
  name: "uninstall",
  short: "Uninstall Istio from a cluster",
  usage: "uninstall [flags]",
  flags: [
    ...[SKIP_CONFIRMATION, FORCE, REVISION, FILENAME, MANIFESTS, SET, DRY_RUN],
    { name: "purge", type: "bool", usage: "Everything of every revision" },
    { name: "verbose", short: "v", type: "bool", usage: "List what is removed beforehand" },
  ],
  run,
};

async function run(context: CommandContext): Promise<void> {
  const { args } = context;
  const purge = args.flag("purge") === true;
  const revision = args.text("revision") || revisionOfSet(args.all("set"));
  if (!purge && !revision && !args.text("filename"))
    throw new CommandError(
      "at least one of the --revision (or --set revision=<revision>), --filename or --purge flags must be set",
    );
  if (args.operands.length > 0) throw new CommandError("istioctl uninstall does not take arguments");
  if (args.text("filename") && !purge) throw notSupported("istioctl uninstall --filename");
  const access = context.access();
  if (revision) {
    const known = (await injectors(access)).map(({ metadata }) => metadata.labels["istio.io/rev"]);
    if (!known.includes(revision)) throw new CommandError("could not find target revision");
  }
  if (purge && (revision || args.text("filename")))
    context.stdout(
      "Purge uninstall will remove all Istio resources, ignoring the specified revision or operator file\n",
    );
  const objects = await (purge ? everythingInstalled(access) : installedOfRevision(access, revision));
  await warn(objects, context, { purge, revision });
  const dryRun = args.flag("dry-run") === true;
  await removeObjects(access, objects, { dryRun, context });
  progressOf(context).finished("Uninstall");
}

function revisionOfSet(sets: readonly string[]): string {
  const revision = sets.map((one) => parseSet(one).revision).findLast((one) => one !== undefined);
  return typeof revision === "string" ? revision : "";
}

interface Target {
  readonly purge: boolean;
  readonly revision: string;
}

/** Says what will be lost, and asks when something is. Ends the command when the answer is no. */
async function warn(objects: readonly ApiObject[], context: CommandContext, target: Target): Promise<void> {
  const { args } = context;
  if (!target.purge && objects.length === 0) {
    context.stdout("No resources will be pruned from the cluster. Please double check the input configs\n\n");
    return;
  }
  const { message, ask } = target.purge
    ? { message: "All Istio resources will be pruned from the cluster\n", ask: true }
    : await lossOfRevision(objects, context, target.revision);
  if (args.flag("dry-run") || args.flag("skip-confirmation")) context.stdout(`${message}\n`);
  else if (ask && !(await confirm(`${message}Proceed? (y/N)`, context.stdout))) throw new Cancelled();
}

async function lossOfRevision(objects: readonly ApiObject[], context: CommandContext, revision: string) {
  const parts: string[] = [];
  if (context.args.flag("verbose"))
    parts.push(`The following resources will be pruned from the cluster: ${byKind(objects)}\n`);
  const proxies = await connectedProxies(context, revision);
  if (proxies === undefined)
    parts.push(
      `Unable to find any proxies pointing to the ${revision} control plane. This may be because the control plane cannot be connected or there is no ${revision} control plane.\n`,
    );
  else if (proxies.length > 0)
    parts.push(
      `There are still ${proxies.length} proxies pointing to the control plane revision ${revision}\n`,
      ...(proxies.length <= 30 ? [`${proxies.join("\n")}\n`] : []),
      "If you proceed with the uninstall, these proxies will become detached from any control plane and will not function correctly.\n",
    );
  const gateways = objects
    .filter(({ kind, metadata }) => kind === "Deployment" && metadata.name.includes("gateway"))
    .map(({ metadata }) => metadata.name);
  if (gateways.length > 0)
    parts.push(
      `You are about to remove the following gateways: ${gateways.join(", ")}. To avoid downtime, please quit this command and reinstall the gateway(s) with a revision that is not being removed from the cluster.\n`,
    );
  const verbose = context.args.flag("verbose") ? 1 : 0;
  return { message: parts.join(""), ask: parts.length > verbose };
}

function byKind(objects: readonly ApiObject[]): string {
  const kinds = [...new Set(objects.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const names = objects.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
      return `${kind}: ${names.join(", ")}. `;
    })
    .join("");
}
