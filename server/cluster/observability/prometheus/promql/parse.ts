import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { MAX_EXPRESSION_DEPTH, MAX_QUERY_LENGTH } from "../limits.ts";
import { type Expression, type Matcher, type Matching, QueryError, type Selector } from "./ast.ts";
import { parseDuration } from "./duration.ts";
import { check } from "./types.ts";

/** Text to a typed expression. Throws QueryError bad_data in Prometheus' words. */
export function parse(text: string): Expression {
  if (text.trim() === "")
    throw new QueryError("bad_data", "unknown position: parse error: no expression found in input");
  if (text.length > MAX_QUERY_LENGTH) throw new QueryError("bad_data", "query is too long");
  const tree = parser.parse(text);
  refuseErrors(tree.topNode, text);
  const root = tree.topNode.firstChild;
  if (!root) throw new QueryError("bad_data", "unknown position: parse error: no expression found in input");
  const expression = new Reader(text).expression(root, 0);
  check(expression);
  return expression;
}

function refuseErrors(top: SyntaxNode, text: string): void {
  const cursor = top.cursor();
  do {
    if (!cursor.type.isError) continue;
    const rest = text.slice(cursor.from);
    const token = /^\s*(\S+)/.exec(rest)?.[1];
    const what =
      token === undefined
        ? "end of input"
        : /^[A-Za-z_]/.test(token)
          ? `identifier "${/^\w+/.exec(token)?.[0]}"`
          : `"${token.slice(0, 1)}"`;
    throw new QueryError("bad_data", `${position(text, cursor.from)}: parse error: unexpected ${what}`);
  } while (cursor.next());
}

function position(text: string, at: number): string {
  const before = text.slice(0, at).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
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
    if (depth > MAX_EXPRESSION_DEPTH) throw new QueryError("bad_data", "expression is nested too deeply");
    const inner = () => this.expressions(node).map((one) => this.expression(one, depth + 1));
    switch (node.name) {
      case "NumberDurationLiteral":
        return { kind: "number", value: this.number(this.text(node)) };
      case "StringLiteral":
        return { kind: "string", value: unquote(this.text(node)) };
      case "ParenExpr":
        return first(inner());
      case "VectorSelector":
        return this.selector(node);
      case "MatrixSelector": {
        const selector = first(inner());
        if (selector.kind !== "selector") throw this.error(node, "ranges only allowed for vector selectors");
        return { kind: "matrix", selector, range: this.duration(node, "DurationExpr") };
      }
      case "SubqueryExpr": {
        const durations = node.getChildren("DurationExpr").map((one) => this.durationOf(one));
        return {
          kind: "subquery",
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
          ? { kind: "number", value: -operand.value }
          : { kind: "negate", expression: operand };
      }
      case "FunctionCall":
        return {
          kind: "call",
          name: this.text(child(node, "FunctionIdentifier")),
          args: this.arguments(node, depth),
        };
      case "AggregateExpr":
        return this.aggregate(node, depth);
      case "BinaryExpr":
        return this.binary(node, depth);
      default:
        throw new QueryError("bad_data", `${node.name} is not supported by the practice cluster`);
    }
  }

  private binary(node: SyntaxNode, depth: number): Expression {
    const [left, right] = this.expressions(node);
    if (!left || !right) throw this.error(node, "unexpected end of input");
    const clause = node.getChild("MatchingModifierClause");
    const between = this.source.slice(left.to, right.from).trim();
    const op = /^(==|!=|>=|<=|atan2|and|or|unless|[-+*/%^<>])/i.exec(between)?.[0].toLowerCase() ?? "";
    return {
      kind: "binary",
      op,
      left: this.expression(left, depth + 1),
      right: this.expression(right, depth + 1),
      bool: node.getChild("BoolModifier") !== null,
      matching: clause ? this.matching(clause) : undefined,
    };
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
    if (!expression) throw this.error(node, "no arguments for aggregate expression provided");
    const wanted = PARAMETERISED.has(op) ? 2 : 1;
    if (args.length !== wanted)
      throw this.error(
        node,
        `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`,
      );
    return {
      kind: "aggregate",
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
    for (const matcher of matchers) refuseBadRegex(matcher);
    if (
      matchers.every(
        (one) =>
          (one.op === "=" && one.value === "") ||
          (one.op === "=~" && new RegExp(`^(?:${one.value})$`).test("")),
      )
    )
      throw this.error(node, "vector selector must contain at least one non-empty matcher");
    return { kind: "selector", matchers, offset: 0 };
  }

  private shifted(expression: Expression, node: SyntaxNode): Expression {
    const offset = this.duration(node, "OffsetDurationExpr");
    if (expression.kind === "selector") return { ...expression, offset };
    if (expression.kind === "matrix") return { ...expression, selector: { ...expression.selector, offset } };
    if (expression.kind === "subquery") return { ...expression, offset };
    throw this.error(
      node,
      "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery",
    );
  }

  private pinned(expression: Expression, node: SyntaxNode): Expression {
    const word = node.getChild("AtModifierPreprocessors");
    const literal = node.getChildren("NumberDurationLiteral").at(-1);
    const at = word
      ? this.text(word) === "start"
        ? "start"
        : "end"
      : this.number(literal ? this.text(literal) : "0") * 1000;
    if (expression.kind === "selector") return { ...expression, at };
    if (expression.kind === "matrix") return { ...expression, selector: { ...expression.selector, at } };
    throw this.error(
      node,
      "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery",
    );
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
    return new QueryError("bad_data", `${position(this.source, node.from)}: parse error: ${message}`);
  }
}

const PARAMETERISED = new Set(["topk", "bottomk", "quantile", "count_values", "limitk"]);

function children(node: SyntaxNode): SyntaxNode[] {
  const list: SyntaxNode[] = [];
  for (let one = node.firstChild; one; one = one.nextSibling) list.push(one);
  return list;
}

function child(node: SyntaxNode, name: string): SyntaxNode {
  const found = node.getChild(name);
  if (!found) throw new QueryError("bad_data", `parse error: ${name} expected`);
  return found;
}

function first(list: readonly Expression[]): Expression {
  const [one] = list;
  if (!one) throw new QueryError("bad_data", "unknown position: parse error: no expression found in input");
  return one;
}

function refuseBadRegex(matcher: Matcher): void {
  if (matcher.op !== "=~" && matcher.op !== "!~") return;
  try {
    new RegExp(matcher.value);
  } catch {
    throw new QueryError("bad_data", `error parsing regexp: ${matcher.value}`);
  }
}

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
