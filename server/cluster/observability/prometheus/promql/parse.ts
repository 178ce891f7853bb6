import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { anchored, RegexError } from "../../regex/index.ts";
import { MAX_EXPRESSION_DEPTH, MAX_QUERY_LENGTH } from "../limits.ts";
import {
  type Expression,
  type Instant,
  type Matcher,
  type Matching,
  ParseError,
  positionOf,
  type QueryError,
  type Selector,
} from "./ast.ts";
import { diagnose } from "./diagnose.ts";
import { parseDuration } from "./duration.ts";
import { check, isFunction } from "./types.ts";

/** Text to a typed expression. Throws QueryError bad_data in Prometheus' words. */
export function parse(text: string): Expression {
  if (/^(\s|#[^\n]*)*$/.test(text)) throw new ParseError(EMPTY);
  if (text.length > MAX_QUERY_LENGTH) throw new ParseError("query is too long");
  const tree = parser.parse(text);
  refuseErrors(tree.topNode, text);
  const root = tree.topNode.firstChild;
  if (!root) throw new ParseError(EMPTY);
  const expression = new Reader(text).expression(root, 0);
  check(expression, text);
  return expression;
}

const EMPTY = "unknown position: parse error: no expression found in input";

function refuseErrors(top: SyntaxNode, text: string): void {
  const cursor = top.cursor();
  do {
    if (!cursor.type.isError) continue;
    const found = diagnose(text, isFunction) ?? { at: cursor.from, message: "unexpected input" };
    throw new ParseError(`${positionOf(text, found.at)}: parse error: ${found.message}`);
  } while (cursor.next());
}

const EXPRESSIONS = new Set([
  "AggregateExpr",
  "BinaryExpr",
  "FunctionCall",
  "MatrixSelector",
  "NumberDurationLiteral",
  "OffsetExpr",
  "ParenExpr",
  "StringLiteral",
  "SubqueryExpr",
  "UnaryExpr",
  "VectorSelector",
  "StepInvariantExpr",
]);

class Reader {
  constructor(private readonly source: string) {}

  expression(node: SyntaxNode, depth: number): Expression {
    if (depth > MAX_EXPRESSION_DEPTH) throw new ParseError("expression is nested too deeply");
    const pos = node.from;
    const inner = () => this.expressions(node).map((one) => this.expression(one, depth + 1));
    switch (node.name) {
      case "NumberDurationLiteral":
        return { kind: "number", pos, value: this.number(this.text(node)) };
      case "StringLiteral":
        return { kind: "string", pos, value: unquote(this.text(node)) };
      case "ParenExpr":
        return first(inner());
      case "VectorSelector":
        return this.selector(node);
      case "MatrixSelector": {
        const selector = first(inner());
        const bracket = this.source.lastIndexOf("[", child(node, "DurationExpr").from);
        if (selector.kind !== "selector" || this.expressions(node)[0]?.name === "ParenExpr")
          throw this.errorAt(bracket, "ranges only allowed for vector selectors");
        if (selector.offset !== 0) throw this.errorAt(bracket, "no offset modifiers allowed before range");
        if (selector.at !== undefined) throw this.errorAt(bracket, "no @ modifiers allowed before range");
        return { kind: "matrix", pos, selector, range: this.duration(node, "DurationExpr") };
      }
      case "SubqueryExpr": {
        const durations = node.getChildren("DurationExpr").map((one) => this.durationOf(one));
        return {
          kind: "subquery",
          pos,
          expression: first(inner()),
          range: durations[0] ?? 0,
          step: durations[1],
          offset: 0,
        };
      }
      case "OffsetExpr":
        return this.shifted(first(inner()), node);
      case "StepInvariantExpr":
        return this.pinned(first(inner()), node);
      case "UnaryExpr": {
        const minus = this.text(node).startsWith("-");
        const operand = first(inner());
        if (!minus) return operand;
        return operand.kind === "number"
          ? { kind: "number", pos, value: -operand.value }
          : { kind: "negate", pos, expression: operand };
      }
      case "FunctionCall":
        return {
          kind: "call",
          pos,
          name: this.text(child(node, "FunctionIdentifier")),
          args: this.arguments(node, depth),
        };
      case "AggregateExpr":
        return this.aggregate(node, depth);
      case "BinaryExpr":
        return this.binary(node, depth);
      default:
        throw new ParseError(`${node.name} is not supported by the practice cluster`);
    }
  }

  private binary(node: SyntaxNode, depth: number): Expression {
    const [left, right] = this.expressions(node);
    if (!left || !right) throw this.error(node, "unexpected end of input");
    const clause = node.getChild("MatchingModifierClause");
    const between = this.source.slice(left.to, right.from).trim();
    const op = /^(==|!=|>=|<=|atan2|and|or|unless|[-+*/%^<>])/i.exec(between)?.[0].toLowerCase() ?? "";
    // The grammar reads a sign as part of a number; a power binds tighter: -2 ^ 2 is -(2 ^ 2).
    const signed = op === "^" && left.name === "NumberDurationLiteral" && /^[-+]/.exec(this.text(left))?.[0];
    const base = this.expression(left, depth + 1);
    const power = {
      kind: "binary" as const,
      pos: node.from,
      opPos: left.to + this.source.slice(left.to).search(/\S/),
      op,
      left: signed === "-" && base.kind === "number" ? { ...base, value: -base.value } : base,
      right: this.expression(right, depth + 1),
      bool: node.getChild("BoolModifier") !== null,
      matching: clause ? this.matching(clause) : undefined,
    };
    return signed === "-" ? { kind: "negate", pos: node.from, expression: power } : power;
  }

  private matching(clause: SyntaxNode): Matching {
    const [labels, include] = clause.getChildren("GroupingLabels");
    const group = clause.getChild("GroupLeft") ? "left" : clause.getChild("GroupRight") ? "right" : undefined;
    return {
      on: clause.getChild("On") !== null,
      labels: labels ? this.labelNames(labels) : [],
      group,
      include: include ? this.labelNames(include) : [],
    };
  }

  private aggregate(node: SyntaxNode, depth: number): Expression {
    const args = this.arguments(node, depth);
    const modifier = node.getChild("AggregateModifier");
    const labels = modifier?.getChild("GroupingLabels");
    const expression = args.at(-1);
    const op = this.text(child(node, "AggregateOp")).toLowerCase();
    if (op === "limitk" || op === "limit_ratio")
      throw this.error(node, `${op} is experimental and not supported by the practice cluster`);
    if (!expression) throw this.error(node, "no arguments for aggregate expression provided");
    const wanted = PARAMETERISED.has(op) ? 2 : 1;
    if (args.length !== wanted)
      throw this.error(
        node,
        `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`,
      );
    return {
      kind: "aggregate",
      pos: node.from,
      op,
      parameter: args.length > 1 ? args[0] : undefined,
      expression,
      grouping: {
        without: modifier?.getChild("Without") != null,
        labels: labels ? this.labelNames(labels) : [],
      },
    };
  }

  private arguments(node: SyntaxNode, depth: number): Expression[] {
    return this.expressions(child(node, "FunctionCallBody")).map((one) => this.expression(one, depth + 1));
  }

  private selector(node: SyntaxNode): Selector {
    const matchers: Matcher[] = [];
    const name = node.getChild("Identifier");
    if (name) matchers.push({ name: "__name__", op: "=", value: this.text(name) });
    const list = node.getChild("LabelMatchers");
    for (const one of list ? children(list) : []) {
      if (one.name === "QuotedLabelName")
        matchers.push({ name: "__name__", op: "=", value: unquote(this.text(one)) });
      if (one.name !== "UnquotedLabelMatcher" && one.name !== "QuotedLabelMatcher") continue;
      const label = one.getChild("LabelName");
      const value = one.getChildren("StringLiteral").at(-1);
      const quoted = one.getChild("QuotedLabelName");
      const op = this.text(child(one, "MatchOp"));
      if (!value || (op !== "=" && op !== "!=" && op !== "=~" && op !== "!~"))
        throw this.error(one, "unexpected matcher");
      matchers.push({
        name: label ? this.text(label) : quoted ? unquote(this.text(quoted)) : "",
        op,
        value: unquote(this.text(value)),
      });
    }
    for (const matcher of matchers) this.refuseBadRegex(matcher, node);
    const written = name ? this.text(name) : undefined;
    const again = matchers.slice(1).find((one) => one.name === "__name__");
    if (written !== undefined && again)
      throw this.error(node, `metric name must not be set twice: "${written}" or "${again.value}"`);
    if (written === undefined && matchers.every(matchesEmpty))
      throw this.error(node, "vector selector must contain at least one non-empty matcher");
    return { kind: "selector", pos: node.from, matchers, offset: 0 };
  }

  private refuseBadRegex({ op, value }: Matcher, node: SyntaxNode): void {
    if (op !== "=~" && op !== "!~") return;
    try {
      anchored(value);
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      throw this.error(node, error.message);
    }
  }

  private shifted(expression: Expression, node: SyntaxNode): Expression {
    const offset = this.duration(node, "OffsetDurationExpr");
    const twice = () => this.error(node, "offset may not be set multiple times");
    switch (expression.kind) {
      case "selector":
      case "subquery":
        if (expression.offset !== 0) throw twice();
        return { ...expression, offset };
      case "matrix":
        if (expression.selector.offset !== 0) throw twice();
        return { ...expression, selector: { ...expression.selector, offset } };
      default:
        throw this.error(
          node,
          `offset modifier must be preceded by an instant vector selector or range vector selector or a subquery`,
        );
    }
  }

  private pinned(expression: Expression, node: SyntaxNode): Expression {
    const at = this.instant(node);
    const twice = () => this.error(node, "@ <timestamp> may not be set multiple times");
    switch (expression.kind) {
      case "selector":
      case "subquery":
        if (expression.at !== undefined) throw twice();
        return { ...expression, at };
      case "matrix":
        if (expression.selector.at !== undefined) throw twice();
        return { ...expression, selector: { ...expression.selector, at } };
      default:
        throw this.error(
          node,
          "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery",
        );
    }
  }

  private instant(node: SyntaxNode): Instant {
    const word = node.getChild("AtModifierPreprocessors");
    if (word) return this.text(word) === "start" ? "start" : "end";
    const literal = node.getChildren("NumberDurationLiteral").at(-1);
    const sign = /@\s*-/.test(this.text(node)) ? -1 : 1;
    const at = sign * Math.abs(this.number(literal ? this.text(literal) : "0")) * 1000;
    if (!Number.isFinite(at)) throw this.error(node, `timestamp out of bounds for @ modifier: ${at}`);
    return at;
  }

  private duration(node: SyntaxNode, name: string): number {
    return this.durationOf(child(node, name));
  }

  private durationOf(node: SyntaxNode): number {
    const text = this.text(node).replace(/[()\s]/g, "");
    const negative = text.startsWith("-");
    const value = parseDuration(text.replace(/^[-+]/, "")) ?? this.number(text.replace(/^[-+]/, "")) * 1000;
    if (Number.isNaN(value)) throw this.error(node, `not a valid duration string: "${text}"`);
    return negative ? -value : value;
  }

  private number(text: string): number {
    const sign = text.startsWith("-") ? -1 : 1;
    const body = text.replace(/^[-+]\s*/, "").toLowerCase();
    if (body === "inf") return sign * Number.POSITIVE_INFINITY;
    if (body === "nan") return Number.NaN;
    const duration = parseDuration(body);
    return sign * (duration === undefined ? Number(body.replaceAll("_", "")) : duration / 1000);
  }

  private labelNames(node: SyntaxNode): string[] {
    return children(node)
      .filter((one) => one.name === "LabelName" || one.name === "QuotedLabelName")
      .map((one) => (one.name === "LabelName" ? this.text(one) : unquote(this.text(one))));
  }

  private expressions(node: SyntaxNode): SyntaxNode[] {
    return children(node).filter((one) => EXPRESSIONS.has(one.name));
  }

  private text(node: SyntaxNode): string {
    return this.source.slice(node.from, node.to);
  }

  private error(node: SyntaxNode, message: string): QueryError {
    return this.errorAt(node.from, message);
  }

  private errorAt(at: number, message: string): QueryError {
    return new ParseError(`${positionOf(this.source, at)}: parse error: ${message}`);
  }
}

const PARAMETERISED = new Set(["topk", "bottomk", "quantile", "count_values"]);

function children(node: SyntaxNode): SyntaxNode[] {
  const list: SyntaxNode[] = [];
  for (let one = node.firstChild; one; one = one.nextSibling) list.push(one);
  return list;
}

function child(node: SyntaxNode, name: string): SyntaxNode {
  const found = node.getChild(name);
  if (!found) throw new ParseError(`parse error: ${name} expected`);
  return found;
}

function first(list: readonly Expression[]): Expression {
  const [one] = list;
  if (!one) throw new ParseError(EMPTY);
  return one;
}

const matchesEmpty = ({ op, value }: Matcher): boolean => {
  if (op === "=") return value === "";
  if (op === "!=") return value !== "";
  return anchored(value).test("") === (op === "=~");
};

function unquote(text: string): string {
  const body = text.slice(1, -1);
  if (text.startsWith("`")) return body;
  return body.replace(/\\(n|t|r|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/gs, (_, code: string) => {
    if (code === "n") return "\n";
    if (code === "t") return "\t";
    if (code === "r") return "\r";
    if (/^[xu]./.test(code) && code.length > 1)
      return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return code;
  });
}
