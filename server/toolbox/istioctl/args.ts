import { UsageError } from "./errors.ts";

/** A flag as cobra knows it: long name, perhaps one letter, and whether it takes a value. */
export interface FlagSpec {
  readonly name: string;
  readonly short?: string;
  readonly type: "string" | "bool" | "int";
  /** For the command's help: one sentence. */
  readonly usage?: string;
}

/** Flags that every istioctl command takes (facts: istioctl/cmd/root.go). */
export const GLOBAL_FLAGS: readonly FlagSpec[] = [
  { name: "context", type: "string", usage: "Context of the kubeconfig" },
  { name: "istioNamespace", short: "i", type: "string", usage: "Namespace of Istio (default istio-system)" },
  { name: "kubeconfig", short: "c", type: "string", usage: "Kubeconfig file" },
  { name: "namespace", short: "n", type: "string", usage: "Namespace of the command's objects" },
  { name: "help", short: "h", type: "bool", usage: "Help for the command" },
];

export interface ParsedArguments {
  readonly operands: readonly string[];
  text(flag: string): string | undefined;
  /** Every value of a flag that may be repeated, in order. */
  all(flag: string): readonly string[];
  /** Undefined when the flag was not given. */
  flag(flag: string): boolean | undefined;
  number(flag: string): number | undefined;
}

/**
 * Parses arguments in any order, as pflag does: `--x v`, `--x=v`, `-x v`, `-xv`, `-abc`. Throws UsageError in pflag's words.
 */
export function parseArguments(words: readonly string[], flags: readonly FlagSpec[]): ParsedArguments {
  const known = [...flags, ...GLOBAL_FLAGS];
  const values = new Map<string, string>();
  const repeated = new Map<string, string[]>();
  const operands: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === "--") operands.push(...queue.splice(0));
    else if (word.startsWith("--")) long(word.slice(2));
    else if (word.startsWith("-") && word.length > 1) short(word.slice(1));
    else operands.push(word);
  }

  function store(spec: FlagSpec, value: string, shown: string): void {
    if (spec.type === "bool" && !["true", "false"].includes(value))
      throw new UsageError(
        `invalid argument "${value}" for "${shown}" flag: strconv.ParseBool: parsing "${value}": invalid syntax`,
      );
    if (spec.type === "int" && !/^-?\d+$/.test(value))
      throw new UsageError(
        `invalid argument "${value}" for "${shown}" flag: strconv.ParseInt: parsing "${value}": invalid syntax`,
      );
    values.set(spec.name, value);
    repeated.set(spec.name, [...(repeated.get(spec.name) ?? []), value]);
  }

  function long(text: string): void {
    const at = text.indexOf("=");
    const name = at < 0 ? text : text.slice(0, at);
    const spec = known.find((flag) => flag.name === name);
    if (!spec) throw new UsageError(`unknown flag: --${name}`);
    const shown = spec.short ? `-${spec.short}, --${name}` : `--${name}`;
    const given = at < 0 ? (spec.type === "bool" ? "true" : queue.shift()) : text.slice(at + 1);
    if (given === undefined) throw new UsageError(`flag needs an argument: --${name}`);
    store(spec, given, shown);
  }

  function short(letters: string): void {
    for (let rest = letters; rest; ) {
      const letter = rest.slice(0, 1);
      const spec = known.find((flag) => flag.short === letter);
      if (!spec) throw new UsageError(`unknown shorthand flag: '${letter}' in -${letters}`);
      rest = rest.slice(1);
      if (spec.type === "bool") {
        store(spec, "true", `-${letter}, --${spec.name}`);
        continue;
      }
      const given = rest ? rest.replace(/^=/, "") : queue.shift();
      if (given === undefined) throw new UsageError(`flag needs an argument: '${letter}' in -${letters}`);
      store(spec, given, `-${letter}, --${spec.name}`);
      return;
    }
  }

  return {
    operands,
    text: (flag) => values.get(flag),
    all: (flag) => repeated.get(flag) ?? [],
    flag: (flag) => (values.has(flag) ? values.get(flag) === "true" : undefined),
    number: (flag) => (values.has(flag) ? Number(values.get(flag)) : undefined),
  };
}
