import { NEVER } from "../../../cluster/istio/install/index.ts";
import { send } from "../../kube/client.ts";
import type { KubeAccess } from "../../kube/kubeconfig.ts";
import type { FlagSpec } from "../args.ts";
import type { Command, CommandContext } from "../command.ts";
import { CommandError } from "../errors.ts";
import { confirm } from "../install/confirm.ts";
import { MANIFESTS, REVISION, SKIP_CONFIRMATION } from "../install/flags.ts";
import { applyObject, deleteObject } from "../install/objects.ts";
import { table } from "../text/tabwriter.ts";
import { toYaml } from "../text/yaml.ts";
import {
  namespacesWithTag,
  revisionOf,
  revisionWebhooks,
  type TagOptions,
  tagOf,
  tagWebhooks,
  webhooksOfRevision,
  webhooksOfTag,
} from "./webhooks.ts";

const SET_FLAGS: readonly FlagSpec[] = [
  ...[REVISION, MANIFESTS, SKIP_CONFIRMATION],
  { name: "overwrite", type: "bool" },
  { name: "webhook-name", type: "string" },
  { name: "auto-inject-namespaces", type: "bool" },
];

function options({ args, version }: CommandContext, generate: boolean): TagOptions {
  const [tag, ...more] = args.operands;
  if (tag === undefined) throw new CommandError("must provide a tag for modification");
  if (more.length > 0) throw new CommandError("must provide a single tag for creation");
  const revision = args.text("revision");
  if (revision === undefined) throw new CommandError('required flag(s) "revision" not set');
  const [overwrite, autoInject] = [
    args.flag("overwrite") === true,
    args.flag("auto-inject-namespaces") === true,
  ];
  return { tag, revision, overwrite, generate, webhookName: args.text("webhook-name"), autoInject, version };
}

const set: Command = {
  name: "set",
  short: "Create or modify revision tags",
  usage: "set <revision-tag> [flags]",
  flags: SET_FLAGS,
  run: runSet,
};

async function runSet(context: CommandContext): Promise<void> {
  const wanted = options(context, false);
  const access = context.access();
  const webhooks = await tagWebhooks(access, wanted);
  if (wanted.tag === "default") await putDefaultToSleep(access);
  for (const webhook of webhooks)
    await applyObject(access, webhook).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new CommandError(
        `failed to apply tag webhook MutatingWebhookConfiguration to cluster: failed to apply tag manifests to cluster: ${why}`,
        { cause: error },
      );
    });
  const { tag, revision } = wanted;
  context.stdout(
    `Revision tag "${tag}" created, referencing control plane revision "${revision}". To enable injection using this\nrevision tag, use 'kubectl label namespace <NAMESPACE> istio.io/rev=${tag}'\n`,
  );
}

/** The default installation's own webhook stays listed, and injects no more: the tag decides now. */
async function putDefaultToSleep(access: KubeAccess): Promise<void> {
  const [own] = await webhooksOfRevision(access, "default");
  if (!own || !Array.isArray(own.webhooks)) return;
  const webhooks = own.webhooks.map((one: object) => ({
    ...one,
    namespaceSelector: NEVER,
    objectSelector: NEVER,
  }));
  const path = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${own.metadata.name}`;
  await send(access, { method: "PUT", path, body: { ...own, webhooks } });
}

const generate: Command = {
  name: "generate",
  short: "Generate configuration for a revision tag to stdout",
  usage: "generate <revision-tag> [flags]",
  flags: SET_FLAGS,
  run: async (context) => {
    const webhooks = await tagWebhooks(context.access(), options(context, true));
    context.stdout(webhooks.map((webhook) => toYaml(webhook)).join("\n---\n\n"));
  },
};

const list: Command = {
  name: "list",
  aliases: ["show"],
  short: "List existing revision tags",
  usage: "list [flags]",
  flags: [{ name: "output", short: "o", type: "string" }],
  run: runList,
};

async function runList({ args, access, stdout }: CommandContext): Promise<void> {
  if (args.operands.length > 0) throw new CommandError("tag list command does not accept arguments");
  const webhooks = await revisionWebhooks(access());
  if (webhooks.length === 0) {
    stdout("No Istio revision tag MutatingWebhookConfigurations to list\n");
    return;
  }
  const tagged = new Set(webhooks.filter((one) => tagOf(one) !== "").map(revisionOf));
  const rows = await Promise.all(
    webhooks
      .filter((one) => tagOf(one) !== "" || !tagged.has(revisionOf(one)))
      .map(async (one) => {
        const [tag, revision] = [tagOf(one), revisionOf(one)];
        return { tag, revision, namespaces: await namespacesWithTag(access(), tag) };
      }),
  );
  const key = ({ revision, tag }: (typeof rows)[number]) => `${revision} ${tag}`;
  rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const format = args.text("output") ?? "table";
  if (format === "json") stdout(`${JSON.stringify(rows, null, "\t")}\n`);
  else if (format === "table") {
    const cells = rows.map(({ tag, revision, namespaces }) => [tag, revision, namespaces.join(",")]);
    stdout(table([["TAG", "REVISION", "NAMESPACES"], ...cells], 1));
  } else throw new CommandError(`unknown format: ${format}`);
}

const remove: Command = {
  name: "remove",
  aliases: ["delete"],
  short: "Remove Istio control plane revision tag",
  usage: "remove <revision-tag> [flags]",
  flags: [SKIP_CONFIRMATION],
  run: runRemove,
};

async function runRemove({ args, access, stdout }: CommandContext): Promise<void> {
  const [tag, ...more] = args.operands;
  if (tag === undefined) throw new CommandError("must provide a tag for removal");
  if (more.length > 0) throw new CommandError("must provide a single tag for removal");
  const webhooks = await webhooksOfTag(access(), tag);
  if (webhooks.length === 0)
    throw new CommandError(`cannot remove tag "${tag}": cannot find MutatingWebhookConfiguration for tag`);
  const namespaces = await namespacesWithTag(access(), tag);
  if (namespaces.length > 0 && args.flag("skip-confirmation") !== true) {
    const caution = `Caution, found ${namespaces.length} namespace(s) still injected by tag "${tag}":`;
    const question = [caution, ...namespaces].join(" ");
    if (!(await confirm(`${question}\nProceed with operation? [y/N]`, stdout))) {
      stdout("Aborting operation.\n");
      return;
    }
  }
  for (const webhook of webhooks) await deleteObject(access(), webhook);
  stdout(`Revision tag ${tag} removed\n`);
}

/** `istioctl tag` (istioctl/pkg/tag): names that point at revisions. */
export const tag: Command = {
  name: "tag",
  short: "Command group used to interact with revision tags",
  subcommands: [generate, list, remove, set],
};
