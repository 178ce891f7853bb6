import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { Bash } from "just-bash";

export interface JqResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Flags of jq that take the words behind them, and how many. */
const TAKES: Readonly<Record<string, number>> = {
  "--arg": 2,
  "--argjson": 2,
  "--slurpfile": 2,
  "--rawfile": 2,
  "--indent": 1,
  "-L": 1,
};

/** Runs jq's language on real files, or on `stdin` when no file is named, with jq's exit codes. */
export async function jq(
  words: readonly string[],
  { cwd, stdin }: { readonly cwd: string; readonly stdin: () => string },
): Promise<JqResult> {
  const { filter, operands } = sort(words);
  const given = [...operands, ...words.filter((_, at) => /^--(slurp|raw)file$/.test(words[at - 2] ?? ""))];
  const files = Object.fromEntries(
    given.flatMap((name) => {
      const file = path.resolve(cwd, name);
      return existsSync(file) && statSync(file).isFile() ? [[file, readFileSync(file, "utf8")]] : [];
    }),
  );
  const needsInput =
    filter && operands.length === 0 && !words.some((word) => /^(-\w*n\w*|--null-input)$/.test(word));
  const shell = new Bash({ files, cwd });
  const { stdout, stderr, exitCode } = await shell.exec(["jq", ...words.map(quote)].join(" "), {
    ...(needsInput && { stdin: stdin() }),
  });
  return { stdout, stderr, exitCode };
}

/** The filter is the first word that is neither a flag nor a flag's; the others are files. */
function sort(words: readonly string[]): { filter: string | undefined; operands: string[] } {
  const plain: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const taken = TAKES[word];
    if (taken !== undefined) at += taken;
    else if (!word.startsWith("-") || word === "-") plain.push(word);
  }
  const [filter, ...operands] = plain;
  return { filter, operands };
}

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
