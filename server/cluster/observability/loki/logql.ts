// LogQL's log queries: a stream selector and line filters, `{app="web"} |= "error" != "debug"`. Parsers, label filters and
// metric queries are refused.
import { anchored, RegexError, searching } from "../regex/index.ts";
import { MAX_QUERY_LENGTH } from "./limits.ts";

export interface LogQuery {
  readonly matches: (labels: Readonly<Record<string, string>>) => boolean;
  readonly keeps: (line: string) => boolean;
}

/** Refused with 400 and this message. */
export class LogqlError extends Error {
  override readonly name = "LogqlError";
}

const NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const MATCH = /=~|!~|!=|=/y;
const STRING = /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y;
const FILTER = /\|=|!=|\|~|!~/y;

export function parseLogQuery(text: string): LogQuery {
  if (text.length > MAX_QUERY_LENGTH) throw new LogqlError("parse error : input size too long");
  return new Reader(text).query();
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  query(): LogQuery {
    this.space();
    if (this.at === this.text.length) throw new LogqlError("parse error : syntax error: unexpected $end");
    if (/^[a-z_]+\s*\(/.test(this.text.slice(this.at)))
      throw new LogqlError("parse error : metric queries are not supported by the practice cluster's Loki");
    const matchers = this.selector();
    const filters: ((line: string) => boolean)[] = [];
    for (this.space(); this.at < this.text.length; this.space()) filters.push(this.filter());
    return {
      matches: (labels) => matchers.every((matcher) => matcher(labels)),
      keeps: (line) => filters.every((filter) => filter(line)),
    };
  }

  private selector() {
    this.punctuation("{");
    const matchers: ((labels: Readonly<Record<string, string>>) => boolean)[] = [];
    let demanding = false;
    while (!this.tried("}")) {
      if (matchers.length > 0) this.punctuation(",");
      const name = this.take(NAME, "IDENTIFIER");
      const operator = this.take(MATCH, "=, !=, =~ or !~");
      const value = unquote(this.take(STRING, "STRING"));
      const test = operator.endsWith("~") ? pattern(anchored, value) : (other: string) => other === value;
      const wanted = !operator.startsWith("!");
      demanding ||= wanted && !test("");
      matchers.push((labels) => test(labels[name] ?? "") === wanted);
    }
    if (!demanding)
      throw new LogqlError(
        'parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will',
      );
    return matchers;
  }

  private filter(): (line: string) => boolean {
    if (/^\|(?![=~])/.test(this.text.slice(this.at)))
      throw new LogqlError("parse error : pipeline stages are not supported by the practice cluster's Loki");
    const operator = this.take(FILTER, "|=, !=, |~ or !~");
    const value = unquote(this.take(STRING, "STRING"));
    const test = operator.endsWith("~") ? pattern(searching, value) : (line: string) => line.includes(value);
    return operator.startsWith("!") ? (line) => !test(line) : test;
  }

  private take(token: RegExp, expected: string): string {
    this.space();
    token.lastIndex = this.at;
    const found = token.exec(this.text)?.[0];
    if (found === undefined) throw this.unexpected(expected);
    this.at += found.length;
    return found;
  }

  private tried(character: string): boolean {
    this.space();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private punctuation(character: string): void {
    if (!this.tried(character)) throw this.unexpected(character);
  }

  private unexpected(expected: string): LogqlError {
    const line = this.text.slice(0, this.at).split("\n");
    const got = this.text[this.at] ?? "$end";
    const where = `${line.length}, col ${(line.at(-1)?.length ?? 0) + 1}`;
    return new LogqlError(
      `parse error at line ${where}: syntax error: unexpected ${got}, expecting ${expected}`,
    );
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at += 1;
  }
}

function pattern(make: (source: string) => { test(text: string): boolean }, source: string) {
  try {
    const expression = make(source);
    return (text: string) => expression.test(text);
  } catch (error) {
    if (error instanceof RegexError) throw new LogqlError(`parse error : ${error.message}`);
    throw error;
  }
}

function unquote(text: string): string {
  const body = text.slice(1, -1);
  if (text.startsWith("`")) return body;
  const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
  return body.replace(/\\(.)/g, (_, code: string) => escapes[code] ?? code);
}
