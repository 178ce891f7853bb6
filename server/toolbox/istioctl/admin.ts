import { z } from "zod";
import { getJson } from "../kube/client.ts";
import { forwardPort } from "../kube/port-forward.ts";
import type { Command, CommandContext } from "./command.ts";
import { CommandError } from "./errors.ts";
import type { PodTarget } from "./target.ts";
import { table } from "./text/tabwriter.ts";
import { toYaml } from "./text/yaml.ts";

/** `istioctl admin log`: istiod's logging scopes, asked of its ControlZ. Follows istioctl/pkg/admin. */
const log: Command = {
  name: "log",
  aliases: ["l"],
  short: "Manage istiod logging.",
  usage:
    "log [<pod-name>]|[-r|--revision] [--level <scope>:<level>][--stack-trace-level <scope>:<level>]|[--reset]|[--output|-o short|json|yaml] [flags]",
  flags: [
    { name: "revision", short: "r", type: "string", usage: "Control plane revision" },
    { name: "reset", type: "bool", usage: "Put every scope back to info" },
    { name: "level", type: "string", usage: "Levels to set: scope:level, parted by commas" },
    {
      name: "stack-trace-level",
      type: "string",
      usage: "Stack trace levels to set: scope:level, parted by commas",
    },
    { name: "ctrlz_port", type: "int", usage: "Port of ControlZ in the pod (default 9876)" },
    { name: "output", short: "o", type: "string", usage: "short, json or yaml" },
  ],
  run,
};

export const admin: Command = {
  name: "admin",
  aliases: ["istiod"],
  short: "Manage control plane (istiod) configuration",
  subcommands: [log],
};

const CONTROLZ_PORT = 9876;
const scopeList = z.array(
  z.object({ name: z.string(), description: z.string().default(""), output_level: z.string().default("") }),
);
type Change = { readonly output_level?: string; readonly stack_trace_level?: string };

async function run(context: CommandContext): Promise<void> {
  const { args } = context;
  const reset = args.flag("reset");
  const level = args.text("level") ?? "";
  const traces = args.text("stack-trace-level") ?? "";
  if (reset && level) throw new CommandError("--level cannot be combined with --reset");
  if (reset && traces) throw new CommandError("--stack-trace-level cannot be combined with --reset");
  const pod = await istiodPod(context);
  const forwarding = await forwardPort(
    context.access(),
    { ...pod, pod: pod.name, port: args.number("ctrlz_port") ?? CONTROLZ_PORT },
    { address: "127.0.0.1", port: 0, failed: (reason) => context.stderr(`${reason}\n`) },
  );
  try {
    const url = `http://127.0.0.1:${forwarding.port}/scopej`;
    if (reset) {
      for (const { name } of await scopes(url))
        await put(url, name, { output_level: "info", stack_trace_level: "none" });
    } else if (level) for (const [name, output_level] of pairs(level)) await put(url, name, { output_level });
    else if (traces)
      for (const [name, stack_trace_level] of pairs(traces)) await put(url, name, { stack_trace_level });
    else context.stdout(shown(await scopes(url), args.text("output") ?? "short"));
  } finally {
    await forwarding.close();
  }
}

const podList = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string(), namespace: z.string() }) })),
});

async function istiodPod(context: CommandContext): Promise<PodTarget> {
  const { args, istioNamespace } = context;
  const [name] = args.operands;
  if (name !== undefined) return { name, namespace: istioNamespace };
  const revision = args.text("revision") ?? "default";
  const labelSelector = `app=istiod,istio.io/rev=${revision}`;
  const query = { labelSelector, fieldSelector: "status.phase=Running" };
  const path = `/api/v1/namespaces/${istioNamespace}/pods`;
  const { items } = await getJson(context.access(), path, { schema: podList, query });
  const [first] = items;
  if (!first) throw new CommandError("no pods found");
  return first.metadata;
}

/** Upstream's pattern; it takes no "none". */
const PAIR = /^\w+:(debug|error|warn|info|debug)/;

function pairs(text: string): (readonly [string, string])[] {
  return text.split(",").map((pair) => {
    if (!PAIR.test(pair)) throw new CommandError(`pattern ${pair} did not match`);
    const [scope = "", level = ""] = pair.split(":");
    return [scope, level] as const;
  });
}

async function scopes(url: string): Promise<z.infer<typeof scopeList>> {
  const answer = await fetch(url).catch((error: unknown) => {
    throw new CommandError(
      `could not get scopes information: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  if (answer.status !== 200)
    throw new CommandError(
      `could not get scopes information: request not successful ${answer.status} ${answer.statusText}`,
    );
  return scopeList.parse(await answer.json());
}

async function put(url: string, name: string, change: Change): Promise<void> {
  const body = JSON.stringify({ name, ...change });
  const answer = await fetch(`${url}/${encodeURIComponent(name)}`, { method: "PUT", body });
  if (answer.status === 202) return;
  const status = `${answer.status} ${answer.statusText}`;
  throw new CommandError(
    `failed updating Scope ${name}: cannot update resource ${name}, got status ${status}`,
  );
}

function shown(all: z.infer<typeof scopeList>, format: string): string {
  const sorted = [...all].sort((one, other) => (one.name < other.name ? -1 : 1));
  const rows = sorted.map(({ name, description, output_level }) => ({
    ...{ scope_name: name, log_level: output_level, description },
  }));
  switch (format) {
    case "short":
      return table(
        [
          ["ACTIVE SCOPE", "DESCRIPTION", "LOG LEVEL"],
          ...rows.map((row) => [row.scope_name, row.description, row.log_level]),
        ],
        3,
      );
    case "json":
      return `${JSON.stringify(rows, null, 2)}\n`;
    case "yaml":
      return `${toYaml(rows).trimEnd()}\n`;
    default:
      throw new CommandError(`output format ${JSON.stringify(format)} not supported`);
  }
}
