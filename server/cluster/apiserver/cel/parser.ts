import { EXPRESSION_DEPTH, EXPRESSION_LENGTH } from "./limits.ts";
import { expand } from "./macros.ts";
import { type Expr, Nodes } from "./nodes.ts";
import { byteContent, CelSyntaxError, type Token, textContent, tokensOf } from "./tokens.ts";

// CEL's grammar (cel-go parser/gen/CEL.g4) by recursive descent, optional syntax included. Places and words of errors are
// those of cel-go's generated parser where one token decides; it stops at the first.

const START =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

const RESERVED = new Set([
  ...["as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop"],
  ...["package", "namespace", "return", "var", "void", "while"],
]);

const RELATIONS = new Set(["<", "<=", ">=", ">", "==", "!=", "in"]);

export interface Parsed {
  readonly expr: Expr;
  readonly places: ReadonlyMap<bigint, number>;
}

/** Throws a CelSyntaxError. */
export function parseExpression(source: string): Parsed {
  if (source.length > EXPRESSION_LENGTH) {
    const text = `expression code point size exceeds limit: size: ${source.length}, limit ${EXPRESSION_LENGTH}`;
    throw new CelSyntaxError(text, 0, false);
  }
  const parser = new Parser(tokensOf(source));
  return { expr: parser.whole(), places: parser.nodes.places };
}

class Parser {
  readonly nodes = new Nodes();
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Expr {
    const expr = this.expression();
    const { kind } = this.next;
    if (kind !== "end") throw this.unexpected("<EOF>");
    return expr;
  }

  private get next(): Token {
    return (
      this.tokens[this.at] ?? this.tokens[this.tokens.length - 1] ?? { kind: "end", text: "<EOF>", at: 0 }
    );
  }

  private is(...symbols: readonly string[]): boolean {
    return this.next.kind === "symbol" && symbols.includes(this.next.text);
  }

  private take(): Token {
    const token = this.next;
    this.at += 1;
    return token;
  }

  private expect(symbol: string): Token {
    if (this.is(symbol)) return this.take();
    throw this.missing(symbol);
  }

  private expression(): Expr {
    this.depth += 1;
    if (this.depth > EXPRESSION_DEPTH) {
      const text = `expression recursion limit exceeded: ${EXPRESSION_DEPTH}`;
      throw new CelSyntaxError(text, this.next.at, false);
    }
    const condition = this.logical("||");
    let expr = condition;
    if (this.is("?")) {
      const { at } = this.take();
      const yes = this.logical("||");
      this.expect(":");
      expr = this.nodes.call(at, "_?_:_", [condition, yes, this.expression()]);
    }
    this.depth -= 1;
    return expr;
  }

  /** A long chain becomes a balanced tree, as in cel-go, so that it is not deep. */
  private logical(operator: "||" | "&&"): Expr {
    const part = () => (operator === "||" ? this.logical("&&") : this.relation());
    const terms = [part()];
    const places: number[] = [];
    while (this.is(operator)) {
      places.push(this.take().at);
      terms.push(part());
    }
    const tree = (low: number, high: number): Expr => {
      const [first] = terms.slice(low, low + 1);
      if (low === high && first) return first;
      const middle = Math.floor((low + high) / 2);
      const at = places[middle] ?? 0;
      return this.nodes.call(at, `_${operator}_`, [tree(low, middle), tree(middle + 1, high)]);
    };
    return tree(0, terms.length - 1);
  }

  private relation(): Expr {
    let expr = this.sum();
    while (this.next.kind === "symbol" && RELATIONS.has(this.next.text)) {
      const { text, at } = this.take();
      expr = this.nodes.call(at, text === "in" ? "@in" : `_${text}_`, [expr, this.sum()]);
    }
    return expr;
  }

  private sum(): Expr {
    return this.chain(["+", "-"], () => this.chain(["*", "/", "%"], () => this.unary()));
  }

  private chain(operators: readonly string[], part: () => Expr): Expr {
    let expr = part();
    while (this.is(...operators)) {
      const { text, at } = this.take();
      expr = this.nodes.call(at, `_${text}_`, [expr, part()]);
    }
    return expr;
  }

  private unary(): Expr {
    const first = this.next;
    if (!this.is("!", "-")) return this.member(this.primary());
    const number = this.tokens[this.at + 1];
    if (first.text === "-" && number && ["int", "double"].includes(number.kind)) {
      this.at += 2;
      return this.member(this.number({ ...number, text: `-${number.text}`, at: first.at }));
    }
    let count = 0;
    while (this.is(first.text)) {
      this.take();
      count += 1;
    }
    const operand = this.member(this.primary());
    return count % 2 === 0 ? operand : this.nodes.call(first.at, `${first.text}_`, [operand]);
  }

  private member(start: Expr): Expr {
    let expr = start;
    for (;;) {
      if (this.is(".")) expr = this.dotted(expr);
      else if (this.is("[")) expr = this.indexed(expr);
      else return expr;
    }
  }

  private dotted(operand: Expr): Expr {
    const dot = this.take();
    const optional = this.is("?") ? this.take() : undefined;
    if (this.next.kind !== "identifier") {
      throw new CelSyntaxError(`no viable alternative at input '.${shown(this.next)}'`, this.next.at);
    }
    const field = this.take().text;
    if (!optional && this.is("(")) {
      const open = this.take();
      const args = this.list(")");
      const call = { at: open.at, name: field, target: operand, args };
      return expand(this.nodes, call) ?? this.nodes.method(operand, open.at, { name: field, args });
    }
    if (optional || isOptional(operand)) {
      return this.nodes.call(dot.at, "@?.", [operand, this.nodes.text(dot.at, field)]);
    }
    return this.nodes.select(dot.at, operand, { field, testOnly: false });
  }

  private indexed(operand: Expr): Expr {
    const open = this.take();
    const optional = this.is("?") ? this.take() : undefined;
    const index = this.expression();
    this.expect("]");
    return this.nodes.call(open.at, optional || isOptional(operand) ? "@[?]" : "_[_]", [operand, index]);
  }

  private primary(): Expr {
    const token = this.next;
    switch (token.kind) {
      case "int":
      case "uint":
      case "double":
        this.take();
        return this.number(token);
      case "string":
        this.take();
        return this.nodes.text(token.at, textContent(token));
      case "bytes":
        this.take();
        return this.nodes.constant(token.at, { case: "bytesValue", value: byteContent(token) });
      case "identifier":
        return this.named("");
      default:
        return this.symbolic(token);
    }
  }

  private symbolic(token: Token): Expr {
    if (token.kind === "end") throw this.unexpected(START);
    switch (token.text) {
      case "true":
      case "false":
        this.take();
        return this.nodes.bool(token.at, token.text === "true");
      case "null":
        this.take();
        return this.nodes.constant(token.at, { case: "nullValue", value: 0 });
      case "(": {
        this.take();
        const inner = this.expression();
        this.expect(")");
        return inner;
      }
      case "[":
        return this.listLiteral();
      case "{":
        return this.mapLiteral();
      case ".":
        this.take();
        if (this.next.kind !== "identifier") throw this.unexpected("IDENTIFIER");
        return this.named(".");
      default:
        throw this.unexpected(START);
    }
  }

  private named(prefix: string): Expr {
    const { text, at } = this.take();
    if (RESERVED.has(text)) throw new CelSyntaxError(`reserved identifier: ${text}`, at, false);
    if (!this.is("(")) return this.nodes.name(at, prefix + text);
    const open = this.take();
    const args = this.list(")");
    const call = { at: open.at, name: text, args };
    return expand(this.nodes, call) ?? this.nodes.call(open.at, prefix + text, args);
  }

  private list(end: ")" | "]"): Expr[] {
    const items: Expr[] = [];
    while (!this.is(end)) {
      items.push(this.expression());
      if (end === "]" && this.is(",")) this.take();
      else if (end === ")" && this.is(",")) {
        this.take();
        if (this.is(end)) throw this.unexpected(START);
      } else if (!this.is(end)) throw this.missing(end);
    }
    this.take();
    return items;
  }

  private listLiteral(): Expr {
    const open = this.take();
    const items: Expr[] = [];
    const optional: boolean[] = [];
    while (!this.is("]")) {
      optional.push(this.is("?") && this.take() !== undefined);
      items.push(this.expression());
      if (this.is(",")) this.take();
      else if (!this.is("]")) throw this.missing("]");
    }
    this.take();
    const list = this.nodes.list(open.at, items);
    return optional.includes(true)
      ? this.nodes.call(open.at, "@list", [list, this.flags(open.at, optional)])
      : list;
  }

  private mapLiteral(): Expr {
    const open = this.take();
    const entries: { readonly key: Expr; readonly value: Expr }[] = [];
    const optional: boolean[] = [];
    while (!this.is("}")) {
      optional.push(this.is("?") && this.take() !== undefined);
      const key = this.expression();
      this.expect(":");
      entries.push({ key, value: this.expression() });
      if (this.is(",")) this.take();
      else if (!this.is("}")) throw this.missing("}");
    }
    this.take();
    if (!optional.includes(true)) return this.nodes.map(open.at, entries);
    const [keys, values] = [entries.map(({ key }) => key), entries.map(({ value }) => value)];
    const lists = [this.nodes.list(open.at, keys), this.nodes.list(open.at, values)];
    return this.nodes.call(open.at, "@map", [...lists, this.flags(open.at, optional)]);
  }

  private flags(at: number, values: readonly boolean[]): Expr {
    return this.nodes.list(
      at,
      values.map((value) => this.nodes.bool(at, value)),
    );
  }

  private number({ kind, text, at }: Token): Expr {
    if (kind === "double") return this.nodes.constant(at, { case: "doubleValue", value: Number(text) });
    const negative = text.startsWith("-");
    const digits = BigInt(text.replace(/^-/, "").replace(/u$/i, ""));
    if (kind === "uint") {
      if (digits >= 2n ** 64n) throw new CelSyntaxError("invalid uint literal", at, false);
      return this.nodes.constant(at, { case: "uint64Value", value: digits });
    }
    const value = negative ? -digits : digits;
    if (BigInt.asIntN(64, value) !== value) throw new CelSyntaxError("invalid int literal", at, false);
    return this.nodes.int(at, value);
  }

  private unexpected(expected: string): CelSyntaxError {
    const after = this.tokens[this.at + 1];
    const word = expected === "<EOF>" && after?.kind === "end" ? "extraneous" : "mismatched";
    return new CelSyntaxError(`${word} input '${shown(this.next)}' expecting ${expected}`, this.next.at);
  }

  private missing(symbol: string): CelSyntaxError {
    const after = this.tokens[this.at + 1];
    const extra = this.next.kind !== "end" && after?.kind === "symbol" && after.text === symbol;
    const text = extra
      ? `extraneous input '${shown(this.next)}' expecting '${symbol}'`
      : `missing '${symbol}' at '${shown(this.next)}'`;
    return new CelSyntaxError(text, this.next.at);
  }
}

const shown = ({ text }: Token) => text;

/** Selecting from an optional gives an optional: what was written as one is known to be one. */
function isOptional({ exprKind }: Expr): boolean {
  if (exprKind.case !== "callExpr") return false;
  const { function: name, target } = exprKind.value;
  if (name === "@?." || name === "@[?]") return true;
  const space = target?.exprKind.case === "identExpr" ? target.exprKind.value.name : "";
  return space === "optional" && ["of", "ofNonZeroValue", "none"].includes(name);
}
