// Tokens and lexical errors as Prometheus has them (promql/parser/lex.go, v2.48). The grammar package reads what is right;
// this reads what is wrong, so that the message is Prometheus' own.
export type TokenKind =
  | "end"
  | "error"
  | "identifier"
  | "metric identifier"
  | "string"
  | "number"
  | "duration"
  | "keyword"
  | "aggregator"
  | "operator"
  | "punctuation";

export interface Token {
  readonly kind: TokenKind;
  /** As written; the message of an error. */
  readonly text: string;
  readonly at: number;
}

const KEYWORDS = new Set([
  "offset",
  "by",
  "without",
  "on",
  "ignoring",
  "group_left",
  "group_right",
  "bool",
  "start",
  "end",
]);
export const AGGREGATORS: ReadonlySet<string> = new Set([
  ...["sum", "avg", "count", "min", "max", "group", "stddev", "stdvar"],
  ...["topk", "bottomk", "count_values", "quantile", "limitk", "limit_ratio"],
]);
const WORD_OPERATORS = new Set(["and", "or", "unless", "atan2"]);

export function tokens(text: string): readonly Token[] {
  return new Lexer(text).run();
}

class Lexer {
  private readonly out: Token[] = [];
  private at = 0;
  private parens = 0;
  private inBrackets = false;
  private inBraces = false;
  private gotColon = false;

  constructor(private readonly text: string) {}

  run(): readonly Token[] {
    while (this.out.at(-1)?.kind !== "end" && this.out.at(-1)?.kind !== "error") {
      this.space();
      if (this.inBraces) this.braces();
      else this.statement();
    }
    return this.out;
  }

  private space(): void {
    const skipped = /(?:\s+|#[^\n]*)*/y;
    skipped.lastIndex = this.at;
    this.at += skipped.exec(this.text)?.[0].length ?? 0;
  }

  private statement(): Token {
    const { text, at } = this;
    const rest = text.slice(at, at + 2);
    const one = rest[0];
    if (one === undefined) return this.end();
    if (/[0-9]|\.[0-9]/.test(rest[0] === "." ? rest : one)) return this.numberOrDuration();
    if (one === '"' || one === "'" || one === "`") return this.quoted(one);
    if (one === ":" && this.inBrackets) {
      if (this.gotColon) return this.error(`unexpected colon '${one}'`);
      this.gotColon = true;
      return this.take("punctuation", 1);
    }
    if (/[a-zA-Z_:]/.test(one)) return this.word();
    if (one === "(") this.parens += 1;
    if (one === ")" && --this.parens < 0) return this.error("unexpected right parenthesis ')'");
    if (one === "{") this.inBraces = true;
    if (one === "[") return this.leftBracket();
    if (one === "]") {
      if (!this.inBrackets) return this.error("unexpected right bracket ']'");
      this.inBrackets = false;
    }
    if (/^(==|!=|<=|>=)/.test(rest)) return this.take("operator", 2);
    if (one === "=" && rest === "=~") return this.error("unexpected character after '=': '~'");
    if (one === "!") return this.error(`unexpected character after '!': ${quotedRune(rest.slice(1))}`);
    if (/[-+*/%^<>]/.test(one)) return this.take("operator", 1);
    if (/[(){,=@\]]/.test(one)) return this.take("punctuation", 1);
    return this.error(`unexpected character: ${quotedRune(String.fromCodePoint(text.codePointAt(at) ?? 0))}`);
  }

  private end(): Token {
    if (this.parens > 0) return this.error("unclosed left parenthesis");
    if (this.inBrackets) return this.error("unclosed left bracket");
    return this.take("end", 0);
  }

  private braces(): Token {
    const rest = this.text.slice(this.at, this.at + 2);
    const one = rest[0];
    if (one === undefined) return this.error("unexpected end of input inside braces");
    if (/[a-zA-Z_]/.test(one)) return this.take("identifier", this.length(/[a-zA-Z0-9_]*/y));
    if (one === '"' || one === "'" || one === "`") return this.quoted(one);
    if (one === "=" || rest === "!=" || rest === "!~")
      return this.take("operator", /^(=~|!)/.test(rest) ? 2 : 1);
    if (one === "!")
      return this.error(`unexpected character after '!' inside braces: ${quotedRune(rest.slice(1))}`);
    if (one === ",") return this.take("punctuation", 1);
    if (one === "{") return this.error("unexpected left brace '{'");
    if (one !== "}") return this.error(`unexpected character inside braces: ${quotedRune(one)}`);
    this.inBraces = false;
    return this.take("punctuation", 1);
  }

  private leftBracket(): Token {
    if (this.inBrackets) return this.error("unexpected left bracket '['");
    this.take("punctuation", 1);
    this.inBrackets = true;
    this.gotColon = false;
    this.space();
    const digits = this.length(/\d*/y);
    const after = this.text[this.at + digits] ?? "";
    if (!/[a-zA-Z0-9_]/.test(after)) {
      this.at += digits;
      return this.error("missing unit character in duration", this.at - digits);
    }
    const { length, whole } = this.duration(digits);
    if (whole) return this.take("duration", length);
    return this.error(`bad duration syntax: ${JSON.stringify(this.text.slice(this.at, this.at + length))}`);
  }

  /** How far a duration goes from its first digits on; a bad one as far as Prometheus' lexer has looked. */
  private duration(digits: number): { length: number; whole: boolean } {
    const pattern = /[smhdwy]s?(?:\d+[smhdw]s?)*/y;
    pattern.lastIndex = this.at + digits;
    const units = pattern.exec(this.text)?.[0].length ?? 0;
    if (units === 0) return { length: digits, whole: false };
    const stray = this.lengthAt(/\d*/y, this.at + digits + units);
    const length = digits + units + stray;
    const next = this.text[this.at + length] ?? "";
    if (stray === 0 && !/[a-zA-Z0-9_]/.test(next)) return { length, whole: true };
    return { length: stray === 0 ? length + 1 : length, whole: false };
  }

  private numberOrDuration(): Token {
    const number = this.length(/0[xX][0-9a-fA-F]*|\d*(?:\.\d*)?(?:[eE][-+]?\d+)?/y);
    if (!/[a-zA-Z0-9_]/.test(this.text[this.at + number] ?? "")) return this.take("number", number);
    const { length, whole } = this.duration(this.length(/\d*/y));
    if (whole) return this.take("duration", length);
    return this.error(
      `bad number or duration syntax: ${JSON.stringify(this.text.slice(this.at, this.at + length))}`,
    );
  }

  private quoted(quote: string): Token {
    const pattern =
      quote === "`" ? /`[^`]*`/y : quote === '"' ? /"(?:[^"\\\n]|\\.)*"/y : /'(?:[^'\\\n]|\\.)*'/y;
    const length = this.length(pattern);
    if (length > 0) return this.take("string", length);
    return this.error(quote === "`" ? "unterminated raw string" : "unterminated quoted string");
  }

  private word(): Token {
    const length = this.length(/[a-zA-Z0-9_:]*/y);
    const text = this.text.slice(this.at, this.at + length);
    const lower = text.toLowerCase();
    if (lower === "inf" || lower === "nan") return this.take("number", length);
    if (WORD_OPERATORS.has(lower)) return this.take("operator", length);
    if (AGGREGATORS.has(lower)) return this.take("aggregator", length);
    if (KEYWORDS.has(lower)) return this.take("keyword", length);
    return this.take(text.includes(":") ? "metric identifier" : "identifier", length);
  }

  private length(pattern: RegExp): number {
    return this.lengthAt(pattern, this.at);
  }

  private lengthAt(pattern: RegExp, at: number): number {
    pattern.lastIndex = at;
    return pattern.exec(this.text)?.[0].length ?? 0;
  }

  private take(kind: TokenKind, length: number): Token {
    const token = { kind, text: this.text.slice(this.at, this.at + length), at: this.at };
    this.out.push(token);
    this.at += length;
    return token;
  }

  private error(text: string, at = this.at): Token {
    const token: Token = { kind: "error", text, at };
    this.out.push(token);
    return token;
  }
}

/** Go's %q of a rune. */
const quotedRune = (rune: string) => (rune === "" ? "''" : rune === "'" ? "'\\''" : `'${rune}'`);
