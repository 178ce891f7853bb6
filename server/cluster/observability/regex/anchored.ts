import { LinearRegex, type Match } from "./linear.ts";
import { type Node, parseRegex, type Syntax } from "./syntax.ts";

export type { Match };

export interface Pattern {
  test(text: string): boolean;
  /** Group 0 is the whole text; null when it does not match. */
  exec(text: string): Match | null;
}

/**
 * A fully anchored regular expression with RE2's syntax. JavaScript's engine runs it where it cannot explode, else one that
 * takes time by the length of the text only. Throws RegexError.
 */
export function anchored(source: string): Pattern {
  const { flags, body, syntax } = read(source);
  if (explodes(body, syntax.root)) return new LinearRegex(syntax, flags);
  return new RegExp(`^(?:${scripted(body)})$`, flags.includes("i") ? "si" : "s");
}

/** Found anywhere in a text. */
export function searching(source: string): Pick<Pattern, "test"> {
  const { flags, body, syntax } = read(source);
  if (!explodes(body, syntax.root)) return new RegExp(scripted(body), flags.includes("i") ? "si" : "s");
  const anything = { kind: "char", source: "[\\s\\S]" } as const;
  const rest: Node = { kind: "repeat", item: anything, min: 0, max: Number.POSITIVE_INFINITY, lazy: true };
  const root: Node = { kind: "sequence", items: [rest, syntax.root, rest] };
  return new LinearRegex({ ...syntax, root }, flags);
}

function read(source: string): { flags: string; body: string; syntax: Syntax } {
  const [, flags = "", body = source] = /^\(\?([imsU]+)\)([\s\S]*)$/.exec(source) ?? [];
  return { flags, body, syntax: parseRegex(body) };
}

const explodes = (body: string, root: Node): boolean =>
  FOREIGN.test(body) || unbounded(root) > MAX_LOOPS || nests(root);

const scripted = (body: string): string => body.replaceAll("(?P<", "(?<");

/** What JavaScript reads otherwise: classes by name, a bracket first in a class, escapes of RE2's own. */
const FOREIGN = /\[\^?\]|\[:|\\[AzQax]/;

/** Loops after each other cost a power of the text's length; with two it stays harmless. */
const MAX_LOOPS = 2;

const loops = ({ min, max }: { readonly min: number; readonly max: number }) => max > 10 && max !== min;

function unbounded(node: Node): number {
  const sum = (list: readonly Node[]) => list.reduce((total, one) => total + unbounded(one), 0);
  switch (node.kind) {
    case "sequence":
      return sum(node.items);
    case "choice":
      return sum(node.options);
    case "group":
      return unbounded(node.item);
    case "repeat":
      return unbounded(node.item) + (loops(node) ? 1 : 0);
    default:
      return 0;
  }
}

/** A loop over something that itself has several ways to match the same text. */
function nests(node: Node): boolean {
  switch (node.kind) {
    case "sequence":
      return node.items.some(nests);
    case "choice":
      return node.options.some(nests);
    case "group":
      return nests(node.item);
    case "repeat":
      return (node.max > 1 && varies(node.item)) || nests(node.item);
    default:
      return false;
  }
}

function varies(node: Node): boolean {
  switch (node.kind) {
    case "sequence":
      return node.items.some(varies);
    case "choice":
      return true;
    case "group":
      return varies(node.item);
    case "repeat":
      return node.max !== node.min || varies(node.item);
    default:
      return false;
  }
}
