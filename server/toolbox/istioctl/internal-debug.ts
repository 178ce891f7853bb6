import type { Command, CommandContext } from "./command.ts";
import { CommandError, UsageError } from "./errors.ts";
import { askIstiods, REVISION } from "./istiod.ts";
import { atLeast } from "./release.ts";

/** `istioctl experimental internal-debug`: a page of istiod's debug interface. */
export const internalDebug: Command = {
  name: "internal-debug",
  short: "Retrieves the debug information of istio",
  usage: "internal-debug [<type>/]<name>[.<namespace>] [flags]",
  flags: [
    { name: "all", type: "bool", usage: "Send the same request to all instances of Istiod" },
    { name: "list", short: "L", type: "bool", usage: "List all supported debug types" },
    REVISION,
  ],
  run,
};

async function run(context: CommandContext): Promise<void> {
  const { args } = context;
  const lists = atLeast(context.version, "1.27");
  if (!lists && args.flag("list") !== undefined) throw new UsageError("unknown flag: --list");
  const [page] = args.operands;
  if (page) return show(context, page);
  if (!args.flag("list"))
    throw new UsageError(
      `debug type is required${lists ? ", you can specify --list flag to list supported debug types" : ""}`,
    );
  await list(context);
}

async function show(context: CommandContext, page: string): Promise<void> {
  let answers: Awaited<ReturnType<typeof ask>>;
  try {
    answers = await ask(context, page);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason.includes("You must provide a proxyID in the query string"))
      throw new CommandError(
        " You must provide a proxyID in the query string, e.g. [edsz?proxyID=istio-ingressgateway]",
      );
    if (reason.includes("404 page not found")) return list(context);
    throw error;
  }
  if (!context.args.flag("all")) {
    // Any one will do; upstream takes the first that answers.
    context.stdout(`${answers[0]?.body.trimEnd() ?? ""}\n`);
    return;
  }
  const bodies = answers.map(({ istiod, body }) => [istiod, body] as const);
  context.stdout(`${JSON.stringify(Object.fromEntries(bodies), null, 2)}\n`);
}

async function list(context: CommandContext): Promise<void> {
  const [answer] = await ask(context, "list");
  context.stdout(
    `error: according to below command list, please check all supported internal debug commands\n${answer?.body.trimEnd() ?? ""}\n`,
  );
}

const ask = (context: CommandContext, page: string) =>
  askIstiods(context.access(), {
    istioNamespace: context.istioNamespace,
    path: `/debug/${page}`,
    revision: context.args.text("revision"),
  });
