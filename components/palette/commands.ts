export interface Command {
  readonly id: string;
  readonly title: string;
  /** Where it belongs, e.g. "Panes". */
  readonly group: string;
  /** The key that does the same. */
  readonly keys?: string | undefined;
  /** More words by which it is found. */
  readonly words?: string | undefined;
  run(): void;
}

/** Commands in which every typed word begins some word; those whose title begins with it come first. */
export function findCommands(commands: readonly Command[], typed: string): Command[] {
  const wanted = wordsOf(typed);
  if (wanted.length === 0) return [...commands];
  const scored = commands.flatMap((command) => {
    const all = wordsOf(`${command.title} ${command.group} ${command.words ?? ""}`);
    if (!wanted.every((word) => all.some((known) => known.startsWith(word)))) return [];
    const title = wordsOf(command.title);
    const inTitle = wanted.filter((word) => title.some((known) => known.startsWith(word))).length;
    return [{ command, score: inTitle * 2 + (title[0]?.startsWith(wanted[0] ?? "") ? 1 : 0) }];
  });
  return scored.toSorted((a, b) => b.score - a.score).map(({ command }) => command);
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
