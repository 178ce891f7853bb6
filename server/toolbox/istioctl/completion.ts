import { type FlagSpec, GLOBAL_FLAGS } from "./args.ts";
import type { Command, CommandContext } from "./command.ts";

/** What a shell asks for completions; not listed, as cobra's. */
export const COMPLETE = "__complete";

// Each asks istioctl itself and offers the first column of what it says; the last line is a directive for cobra's scripts.
const BASH = `# bash completion for istioctl
_istioctl() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :*) ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(istioctl ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _istioctl istioctl
`;

const ZSH = `#compdef istioctl
_istioctl() {
  local -a candidates
  local line
  while IFS= read -r line; do
    [[ "$line" == :* ]] || candidates+=("\${line/$'\\t'/:}")
  done < <(istioctl ${COMPLETE} "\${(@)words[2,$CURRENT]}" 2>/dev/null)
  _describe istioctl candidates
}
compdef _istioctl istioctl
`;

const FISH = `# fish completion for istioctl
function __istioctl_complete
    set -l words (commandline -opc) (commandline -ct)
    istioctl ${COMPLETE} $words[2..-1] 2>/dev/null | string match -v ':*'
end
complete -c istioctl -f -a '(__istioctl_complete)'
`;

const SCRIPTS: readonly (readonly [name: string, script: string])[] = [
  ["bash", BASH],
  ["fish", FISH],
  ["zsh", ZSH],
];

/** `istioctl completion`: scripts of our own, which ask as cobra's do. */
export const completion: Command = {
  name: "completion",
  short: "Generate the autocompletion script for the specified shell",
  subcommands: SCRIPTS.map(([name, script]) => ({
    name,
    short: `Generate the autocompletion script for ${name}`,
    usage: `${name} [flags]`,
    async run(context: CommandContext) {
      context.stdout(script);
    },
  })),
};

/** Candidates for the last of the words, a line each, and cobra's directive not to complete files. */
export function completions(root: Command, words: readonly string[]): string {
  const typed = words.at(-1) ?? "";
  let command = root;
  for (const word of words.slice(0, -1)) {
    const next = command.subcommands?.find(({ name, aliases }) => name === word || aliases?.includes(word));
    if (next) command = next;
  }
  const candidates = typed.startsWith("-") ? flagNames(command, typed) : subcommandNames(command, typed);
  return [...candidates, ":4", ""].join("\n");
}

const subcommandNames = ({ subcommands = [] }: Command, typed: string): string[] =>
  subcommands
    .filter(({ name }) => name.startsWith(typed))
    .map(({ name, short }) => `${name}\t${short}`)
    .sort();

const flagNames = ({ flags = [] }: Command, typed: string): string[] =>
  [...flags, ...GLOBAL_FLAGS]
    .map((flag: FlagSpec) => `--${flag.name}`)
    .filter((flag) => flag.startsWith(typed))
    .sort();
