// istioctl for the practice cluster. It speaks to the Kubernetes API only; proxies and istiod are asked through exec,
// with the same `pilot-agent request` and `pilot-discovery request` that upstream's images have.
import { endQuietlyWithReader } from "../process/broken-pipe.ts";
import { parseArguments } from "./args.ts";
import { type Command, commandContext } from "./command.ts";
import { CommandError, EXIT, UsageError } from "./errors.ts";
import { help } from "./help.ts";
import { proxyConfig } from "./proxy-config/index.ts";
import { proxyStatus } from "./proxy-status.ts";
import { upstreamOnly } from "./upstream-commands.ts";
import { version } from "./version.ts";

/** The release this istioctl claims to be: the workspace says which. */
const release = process.env.ISTIO_VERSION ?? "1.21.6";

const root: Command = {
  name: "istioctl",
  short: "Istio control interface.",
  subcommands: [proxyConfig, proxyStatus, version],
};

/** Follows the words down the command tree; what is left are flags and operands. Flags may stand before a subcommand's name. */
function find(words: readonly string[]): {
  readonly path: readonly Command[];
  readonly rest: readonly string[];
} {
  const path = [root];
  const rest = [...words];
  for (let at = 0; at < rest.length; ) {
    const word = rest[at] ?? "";
    const next = path
      .at(-1)
      ?.subcommands?.find(({ name, aliases }) => name === word || aliases?.includes(word));
    if (next) {
      path.push(next);
      rest.splice(at, 1);
    } else if (takesValue(word)) at += 2;
    else if (word.startsWith("-")) at++;
    else break;
  }
  return { path, rest };
}

const takesValue = (word: string) => /^(-[nci]|--(namespace|kubeconfig|istioNamespace|context))$/.test(word);

async function main(words: readonly string[]): Promise<number> {
  const { path, rest } = find(words);
  const command = path.at(-1) ?? root;
  const parents = path.map(({ name }) => name).join(" ");
  const missing = command.run ? undefined : upstreamOnly(parents, rest[0]);
  if (missing) throw new CommandError(`${missing} is not supported by the practice cluster's istioctl yet`);
  const args = parseArguments(rest, command.flags ?? []);
  if (args.flag("help") || (!command.run && args.operands.length === 0)) {
    process.stdout.write(help(command, parents));
    return 0;
  }
  if (!command.run) {
    const unknown = `unknown command "${args.operands[0]}" for "${parents}"`;
    throw new UsageError(command === root ? `${unknown}\nRun 'istioctl --help' for usage.` : unknown);
  }
  await command.run(commandContext(args, release));
  return 0;
}

endQuietlyWithReader();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.general;
  if (!(error instanceof CommandError) && process.env.MESHWORK_DEBUG)
    process.stderr.write(`${error instanceof Error ? error.stack : ""}\n`);
}
