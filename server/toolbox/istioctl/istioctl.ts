import { type FlagSpec, GLOBAL_FLAGS, parseArguments } from "./args.ts";
import { type Command, commandContext, type Output } from "./command.ts";
import { COMPLETE, completion, completions } from "./completion.ts";
import { options } from "./defaults.ts";
import { diagnosis } from "./diagnosis.ts";
import { CommandError, Ended, EXIT, notSupported, UsageError } from "./errors.ts";
import { help } from "./help.ts";
import { installing } from "./installing.ts";
import { atLeast } from "./release.ts";
import { suggestions } from "./suggestions.ts";
import { upstreamOnly } from "./upstream-commands.ts";
import { version } from "./version.ts";

const everything: Command = {
  name: "istioctl",
  short: "Istio control interface.",
  subcommands: [...diagnosis, ...installing, completion, options, version],
};

/** A command as its release has it. */
function ofRelease(command: Command, release: string): Command {
  if (!command.subcommands) return command;
  const subcommands = command.subcommands
    .filter(({ before }) => !before || !atLeast(release, before))
    .map((one) => ofRelease(one, release));
  return { ...command, subcommands };
}

/** Runs one command line; resolves to the exit code, with errors said on stderr as cobra does. */
export async function istioctl(words: readonly string[], output: Output): Promise<number> {
  try {
    await run(words, output);
    return 0;
  } catch (error) {
    if (error instanceof Ended) output.stderr(error.lastWord);
    else output.stderr(`Error: ${error instanceof Error ? error.message : error}\n`);
    if (!(error instanceof CommandError) && process.env.MESHWORK_DEBUG)
      output.stderr(`${error instanceof Error ? error.stack : ""}\n`);
    return error instanceof CommandError ? error.exitCode : EXIT.general;
  }
}

async function run(words: readonly string[], output: Output): Promise<void> {
  const root = ofRelease(everything, output.version);
  if (words[0] === COMPLETE) {
    output.stdout(completions(root, words.slice(1)));
    return;
  }
  const { path, rest, unknown: word } = find(words, root);
  const command = path.at(-1) ?? root;
  const parents = path.map(({ name }) => name).join(" ");
  const missing = command.run ? undefined : upstreamOnly(parents, word, output.version);
  if (missing) throw notSupported(missing);
  // As in cobra, the root looks at the word before its flags; other commands read their flags first.
  if (command === root && word !== undefined) throw unknownCommand(root, { parents, word });
  const args = parseArguments(rest, command.flags ?? []);
  if (args.flag("help") || (!command.run && args.operands.length === 0)) {
    output.stdout(help(command, parents));
    return;
  }
  if (!command.run) {
    const unknownWord = args.operands[0] ?? "";
    if (command.unknown) throw new CommandError(command.unknown(unknownWord));
    throw unknownCommand(command, { parents, word: unknownWord });
  }
  await command.run(commandContext(args, output));
}

function unknownCommand(command: Command, { parents, word }: { parents: string; word: string }): UsageError {
  const unknown = `unknown command "${word}" for "${parents}"${suggestions(command, word)}`;
  return new UsageError(
    parents === everything.name ? `${unknown}\nRun 'istioctl --help' for usage.` : unknown,
  );
}

/** Follows the words down the command tree; what is left are flags and operands. Flags may stand before a subcommand's name. */
function find(
  words: readonly string[],
  root: Command,
): {
  readonly path: readonly Command[];
  readonly rest: readonly string[];
  /** The word that is no command. */
  readonly unknown: string | undefined;
} {
  const path = [root];
  const rest = [...words];
  let at = 0;
  while (at < rest.length) {
    const word = rest[at] ?? "";
    const next = path
      .at(-1)
      ?.subcommands?.find(({ name, aliases }) => name === word || aliases?.includes(word));
    if (next) {
      path.push(next);
      rest.splice(at, 1);
    } else if (takesValue(word, path.at(-1)?.flags ?? [])) at += 2;
    else if (word.startsWith("-")) at++;
    else break;
  }
  return { path, rest, unknown: rest[at] };
}

/** Whether the next word is a flag's value: flags may stand before a subcommand's name. */
function takesValue(word: string, flags: readonly FlagSpec[]): boolean {
  const spec = [...GLOBAL_FLAGS, ...flags].find(
    ({ name, short }) => word === `--${name}` || (short !== undefined && word === `-${short}`),
  );
  return spec !== undefined && spec.type !== "bool";
}
