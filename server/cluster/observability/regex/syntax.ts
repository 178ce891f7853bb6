// RE2's syntax as a tree. What JavaScript knows and RE2 does not (back references, look-around) is refused in RE2's words.

export type Node =
  /** One character; `source` is a JavaScript class or escape, or a single character. */
  | { readonly kind: "char"; readonly source: string }
  | { readonly kind: "assert"; readonly source: "^" | "$" | "\\b" | "\\B" }
  | { readonly kind: "sequence"; readonly items: readonly Node[] }
  | { readonly kind: "choice"; readonly options: readonly Node[] }
  | { readonly kind: "group"; readonly index: number; readonly item: Node }
  | {
      readonly kind: "repeat";
      readonly item: Node;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    };

export interface Syntax {
  readonly root: Node;
  readonly groups: number;
  readonly names: Readonly<Record<string, number>>;
}

/** RE2's own limit of a counted repetition. */
const MAX_REPEAT = 1_000;
const MAX_DEPTH = 200;

export class RegexError extends Error {
  override readonly name = "RegexError";
}

const fail = (reason: string, part: string): never => {
  throw new RegexError(`error parsing regexp: ${reason}: \`${part}\``);
};

export function parseRegex(source: string): Syntax {
  const reader = new Reader(source);
  const root = reader.choice(0);
  if (!reader.done) fail("unexpected )", source);
  return { root, groups: reader.groups, names: reader.names };
}

class Reader {
  groups = 0;
  readonly names: Record<string, number> = {};
  private at = 0;

  constructor(private readonly source: string) {}

  get done(): boolean {
    return this.at >= this.source.length;
  }

  choice(depth: number): Node {
    if (depth > MAX_DEPTH) fail("expression nests too deeply", this.source.slice(0, 20));
    const options = [this.sequence(depth)];
    while (this.peek("|")) {
      this.at += 1;
      options.push(this.sequence(depth));
    }
    const [first] = options;
    return options.length === 1 && first ? first : { kind: "choice", options };
  }

  private sequence(depth: number): Node {
    const items: Node[] = [];
    while (!this.done && !this.peek("|") && !this.peek(")")) items.push(this.repeated(depth));
    return { kind: "sequence", items };
  }

  private repeated(depth: number): Node {
    const begun = this.at;
    let item = this.atom(depth);
    for (let bounds = this.bounds(); bounds; bounds = this.bounds()) {
      if (item.kind === "repeat" && this.source[begun] !== "(")
        fail("invalid nested repetition operator", this.source.slice(begun, this.at));
      const lazy = this.peek("?");
      if (lazy) this.at += 1;
      item = { kind: "repeat", item, ...bounds, lazy };
    }
    return item;
  }

  private bounds(): { min: number; max: number } | undefined {
    const pattern = /[*+?]|\{(\d+)(,(\d*))?\}/y;
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source);
    if (!found) return undefined;
    this.at += found[0].length;
    if (found[0] === "*") return { min: 0, max: Number.POSITIVE_INFINITY };
    if (found[0] === "+") return { min: 1, max: Number.POSITIVE_INFINITY };
    if (found[0] === "?") return { min: 0, max: 1 };
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === "" ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (min > MAX_REPEAT || (max > MAX_REPEAT && Number.isFinite(max)) || max < min)
      fail("invalid repeat count", found[0]);
    return { min, max };
  }

  private atom(depth: number): Node {
    const one = this.source[this.at] ?? "";
    if (/[*+?]/.test(one)) fail("missing argument to repetition operator", one);
    if (one === "(") return this.group(depth);
    if (one === "[") return this.charClass();
    if (one === "\\") return this.escape();
    const rune = String.fromCodePoint(this.source.codePointAt(this.at) ?? 0);
    this.at += rune.length;
    if (one === "^" || one === "$") return { kind: "assert", source: one };
    return { kind: "char", source: one === "." ? "[\\s\\S]" : quoted(rune) };
  }

  private group(depth: number): Node {
    this.at += 1;
    let index: number | undefined;
    if (this.peek("?")) {
      const opening = /\?(?::|P?<(\w+)>)/y;
      opening.lastIndex = this.at;
      const found = opening.exec(this.source);
      if (!found)
        return fail("invalid or unsupported Perl syntax", `(${this.source.slice(this.at, this.at + 2)}`);
      this.at += found[0].length;
      if (found[1] !== undefined) {
        index = ++this.groups;
        this.names[found[1]] = index;
      }
    } else index = ++this.groups;
    const item = this.choice(depth + 1);
    if (!this.peek(")")) fail("missing closing )", this.source);
    this.at += 1;
    // Without a capture it is still one thing to whatever repeats it.
    return index === undefined ? { kind: "sequence", items: [item] } : { kind: "group", index, item };
  }

  private charClass(): Node {
    const pattern = /\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]/y;
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source)?.[0];
    if (!found) return fail("missing closing ]", this.source.slice(this.at));
    this.at += found.length;
    const source = found
      .replace(/^(\[\^?)\]/, "$1\\]")
      .replace(
        /\[:(\w+):\]/g,
        (whole, name: string) => POSIX[name] ?? fail("invalid character class range", whole),
      )
      .replace(/(?<!^)(?<!\\)\[/g, "\\[");
    try {
      new RegExp(source);
    } catch {
      fail("invalid character class range", found);
    }
    return { kind: "char", source };
  }

  private escape(): Node {
    const found = /\\(?:x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|Q[\s\S]*?(?:\\E|$)|[\s\S])/y;
    found.lastIndex = this.at;
    const text = found.exec(this.source)?.[0];
    if (text === undefined) return fail("trailing backslash at end of expression", "");
    this.at += text.length;
    const letter = text[1] ?? "";
    if (/[1-9]/.test(letter) || /[pPCkuc]/.test(letter)) fail("invalid escape sequence", text);
    if (letter === "A") return { kind: "assert", source: "^" };
    if (letter === "z") return { kind: "assert", source: "$" };
    if (letter === "b") return { kind: "assert", source: "\\b" };
    if (letter === "B") return { kind: "assert", source: "\\B" };
    if (letter === "Q") {
      const literal = [...text.slice(2).replace(/\\E$/, "")];
      return { kind: "sequence", items: literal.map((rune) => ({ kind: "char", source: quoted(rune) })) };
    }
    const code = /^\\x\{?([0-9a-fA-F]+)\}?$/.exec(text)?.[1];
    if (code)
      return {
        kind: "char",
        source: quoted(String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(code, 16)))),
      };
    if (letter === "a") return { kind: "char", source: "\\x07" };
    if (/[dDwWsStnrfv]/.test(letter)) return { kind: "char", source: text };
    if (/[a-zA-Z0-9]/.test(letter)) fail("invalid escape sequence", text);
    return { kind: "char", source: quoted(letter) };
  }

  private peek(text: string): boolean {
    return this.source.startsWith(text, this.at);
  }
}

const quoted = (rune: string) => rune.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

const POSIX: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  digit: "0-9",
  lower: "a-z",
  upper: "A-Z",
  space: "\\t\\n\\v\\f\\r ",
  blank: "\\t ",
  punct: "!-\\/:-@\\[-`{-~",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};
