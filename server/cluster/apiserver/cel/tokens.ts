// Words of CEL's grammar, told apart as cel-go's lexer does (CEL.g4).

export interface Token {
  readonly kind: "symbol" | "identifier" | "int" | "uint" | "double" | "string" | "bytes" | "end";
  /** As written. */
  readonly text: string;
  readonly at: number;
  /** Of strings and bytes: what is between the quotes, escapes untouched. */
  readonly content?: string;
  readonly raw?: boolean;
}

/** A place and what is wrong there. */
export class CelSyntaxError extends Error {
  constructor(
    message: string,
    readonly at: number,
    /** cel-go marks what its grammar refuses so; what its own code refuses is not marked. */
    readonly grammatical = true,
  ) {
    super(message);
  }
}

const SPACE = /(?:[\t\n\f\r ]+|\/\/[^\n]*)+/y;
const NUMBER =
  /0x[0-9a-fA-F]+u?|(?:[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)|[0-9]+[uU]?/y;
const IDENTIFIER = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const SYMBOL = /&&|\|\||==|!=|<=|>=|[[\]{}().,\-!?:+*/%<>]/y;
const QUOTED =
  /([bB]?[rR]?|[rR][bB])("""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?'''|"(?:[^\\"\r\n]|\\[\s\S])*"|'(?:[^\\'\r\n]|\\[\s\S])*')/y;
const RAW = /([bB]?[rR]|[rR][bB])("""[\s\S]*?"""|'''[\s\S]*?'''|"[^"\r\n]*"|'[^'\r\n]*')/y;

export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  while (at < source.length) {
    const space = match(SPACE);
    if (space) {
      at += space[0].length;
      continue;
    }
    const token = quoted(match(RAW) ?? match(QUOTED), at) ?? plain(match, at);
    if (!token) throw new CelSyntaxError(`token recognition error at: '${unknownAt(source, at)}'`, at);
    tokens.push(token);
    at += token.text.length;
  }
  return [...tokens, { kind: "end", text: "<EOF>", at }];
}

function quoted(found: RegExpExecArray | null, at: number): Token | undefined {
  if (!found) return undefined;
  const [text, prefix = "", body = ""] = found;
  const width = /^("""|''')/.test(body) ? 3 : 1;
  return {
    kind: /b/i.test(prefix) ? "bytes" : "string",
    text,
    at,
    content: body.slice(width, -width),
    raw: /r/i.test(prefix),
  };
}

function plain(match: (pattern: RegExp) => RegExpExecArray | null, at: number): Token | undefined {
  const number = match(NUMBER)?.[0];
  if (number !== undefined) {
    const hex = number.startsWith("0x");
    const kind = /u$/i.test(number) ? "uint" : !hex && /[.eE]/.test(number) ? "double" : "int";
    return { kind, text: number, at };
  }
  const word = match(IDENTIFIER)?.[0];
  if (word !== undefined) {
    return { kind: ["true", "false", "null", "in"].includes(word) ? "symbol" : "identifier", text: word, at };
  }
  const symbol = match(SYMBOL)?.[0];
  return symbol === undefined ? undefined : { kind: "symbol", text: symbol, at };
}

/** An operator that was begun takes what follows it along, an open quote the rest of its line. */
function unknownAt(source: string, at: number): string {
  const rest = source.slice(at);
  const open = /^[bBrR]{0,2}["'][^\r\n]*/.exec(rest)?.[0];
  return open ?? (/^[|&=]/.test(rest) ? rest.slice(0, 2) : rest.slice(0, 1));
}

const SIMPLE: Readonly<Record<string, string>> = {
  ...{ a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" },
  ...{ "\\": "\\", "'": "'", '"': '"', "`": "`", "?": "?" },
};
const ESCAPE =
  /\\(?:x([0-9a-fA-F]{2})|X([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]))/g;

export function textContent(token: Token): string {
  return pieces(token)
    .map((piece) => {
      if (piece.kind === "text") return piece.text;
      const { code } = piece;
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw invalidEscape(token.at);
      return String.fromCodePoint(code);
    })
    .join("");
}

/** In bytes an `\x` or octal escape is one byte, not a code point, and there are no Unicode escapes. */
export function byteContent(token: Token): Uint8Array {
  const parts = pieces(token).map((piece) => {
    if (piece.kind === "text") return Buffer.from(piece.text);
    if (piece.unicode) throw invalidEscape(token.at);
    return Buffer.from([piece.code]);
  });
  return new Uint8Array(Buffer.concat(parts));
}

type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly code: number; readonly unicode: boolean };

function pieces({ content = "", raw, at }: Token): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of raw ? [] : content.matchAll(ESCAPE)) {
    const [whole, x, bigX, u, bigU, octal, other = ""] = match;
    found.push({ kind: "text", text: content.slice(from, match.index) });
    const hex = x ?? bigX ?? u ?? bigU;
    const unicode = (u ?? bigU) !== undefined;
    if (hex !== undefined) found.push({ kind: "code", code: Number.parseInt(hex, 16), unicode });
    else if (octal !== undefined) found.push({ kind: "code", code: Number.parseInt(octal, 8), unicode });
    else found.push({ kind: "text", text: simple(other, at) });
    from = match.index + whole.length;
  }
  return [...found, { kind: "text", text: content.slice(from) }];
}

function simple(letter: string, at: number): string {
  const meant = SIMPLE[letter];
  if (meant === undefined) throw invalidEscape(at);
  return meant;
}

const invalidEscape = (at: number) => new CelSyntaxError("unable to unescape string", at, false);
