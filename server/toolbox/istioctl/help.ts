import { type FlagSpec, GLOBAL_FLAGS } from "./args.ts";
import type { Command } from "./command.ts";
import { table } from "./text/tabwriter.ts";

/** Help in cobra's layout. The sentences are ours; upstream's longer examples are not repeated. */
export function help(command: Command, parents: string): string {
  const usage = command.run
    ? `${parents.split(" ").slice(0, -1).join(" ")} ${command.usage ?? command.name}`
    : `${parents} [command]`;
  const sections = [command.short, `Usage:\n  ${usage.trim()}`];
  if (command.aliases?.length) sections.push(`Aliases:\n  ${[command.name, ...command.aliases].join(", ")}`);
  if (command.subcommands) {
    const byName = [...command.subcommands].sort((a, b) => (a.name < b.name ? -1 : 1));
    const rows = byName.map(({ name, short }) => [`  ${name}`, short]);
    sections.push(`Available Commands:\n${table(rows, 2).trimEnd()}`);
  }
  if (command.flags?.length) sections.push(`Flags:\n${flags(command.flags)}`);
  sections.push(`Global Flags:\n${flags(GLOBAL_FLAGS.filter(({ name }) => name !== "help"))}`);
  if (command.subcommands)
    sections.push(`Use "${parents} [command] --help" for more information about a command.`);
  return `${sections.join("\n\n")}\n`;
}

function flags(specs: readonly FlagSpec[]): string {
  const rows = [...specs]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, short, type, usage = "" }) => [
      `  ${short ? `-${short}, ` : "    "}--${name}${type === "bool" ? "" : ` ${type}`}`,
      usage,
    ]);
  return table(rows, 3).replace(/ +$/gm, "").trimEnd();
}
