import type { FunctionDef } from "./separable.ts";

/** What a shell knows beside its variables and its folder, carried from one statement to the next. */
export class ShellState {
  readonly functions = new Map<string, FunctionDef>();
  positional: readonly string[] = [];
  status = 0;
  errexit = false;
  private readonly options = new Map<string, "-" | "+">();

  /** The words of `set`; false when they are none that are known here. */
  set(words: readonly string[]): boolean {
    const flags: [string, "-" | "+"][] = [];
    let at = 0;
    for (; at < words.length; at++) {
      const [, sign, letters] = /^([-+])([a-zA-Z]+)$/.exec(words[at] ?? "") ?? [];
      if (sign !== "-" && sign !== "+") break;
      for (const letter of letters ?? "")
        flags.push(letter === "o" ? [words[++at] ?? "", sign] : [LONG[letter] ?? letter, sign]);
    }
    if (flags.some(([name]) => !KNOWN.has(name))) return false;
    for (const [name, sign] of flags) this.options.set(name, sign);
    this.errexit = this.options.get("errexit") === "-";
    if (words[at] === "--") this.positional = words.slice(at + 1);
    else if (at < words.length) this.positional = words.slice(at);
    return true;
  }

  /** What a new interpreter must be told before a statement. */
  preamble(defined: (definition: FunctionDef) => string): string {
    const lines = [...this.functions.values()].map(defined);
    if (this.positional.length > 0) lines.push(`set -- ${this.positional.map(quoted).join(" ")}`);
    // Errexit is the walk's; inside a statement it would end by the status that is told here.
    const names = [...this.options].filter(([name, sign]) => sign === "-" && name !== "errexit");
    if (names.length > 0) lines.push(`set ${names.map(([name]) => `-o ${name}`).join(" ")}`);
    lines.push(`(exit ${this.status})`);
    return lines.join("\n");
  }
}

const LONG: Readonly<Record<string, string>> = { e: "errexit", u: "nounset", f: "noglob" };
const KNOWN = new Set(["errexit", "nounset", "noglob", "pipefail"]);

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
