import type { Command } from "./command.ts";

const MAX_DISTANCE = 2;

/** cobra's block of commands that were perhaps meant: near in spelling, or begun with; empty when there is none. */
export function suggestions({ subcommands = [] }: Command, word: string): string {
  const typed = word.toLowerCase();
  const near = subcommands
    .map(({ name }) => name)
    .filter(
      (name) => distance(typed, name.toLowerCase()) <= MAX_DISTANCE || name.toLowerCase().startsWith(typed),
    );
  if (word === "" || near.length === 0) return "";
  return `\n\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join("")}`;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...a].entries()) {
    const next = [at + 1];
    for (const [index, other] of [...b].entries()) {
      const replaced = (row[index] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
