// /api/v1/format_query: the expression as Prometheus prints it (promql/parser/printer.go), on one line however long it is.
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { durationText, parseDuration } from "./duration.ts";
import { parse } from "./parse.ts";

/** Throws ParseError. */
export function formatQuery(text: string): string {
  parse(text);
  const root = parser.parse(text).topNode.firstChild;
  return root ? new Printer(text).print(root) : "";
}

class Printer {
  constructor(private readonly source: string) {}

  print(node: SyntaxNode): string {
    const inner = () =>
      children(node)
        .filter(isExpression)
        .map((one) => this.print(one));
    const [first = "", second = ""] = inner();
    switch (node.name) {
      case "ParenExpr":
        return `(${first})`;
      case "UnaryExpr":
        return this.text(node).slice(0, 1) + first;
      case "FunctionCall":
        return `${this.text(named(node, "FunctionIdentifier"))}(${this.args(node)})`;
      case "AggregateExpr":
        return this.aggregate(node);
      case "BinaryExpr":
        return `${first} ${this.operator(node)} ${second}`;
      case "VectorSelector":
        return this.selector(node);
      case "MatrixSelector":
        return `${first}[${this.duration(node.getChild("DurationExpr"))}]`;
      case "SubqueryExpr": {
        const [range = null, step = null] = node.getChildren("DurationExpr");
        return `${first}[${this.duration(range)}:${this.duration(step)}]`;
      }
      case "OffsetExpr":
        return `${first} offset ${this.duration(node.getChild("OffsetDurationExpr"))}`;
      case "StepInvariantExpr":
        return `${first} @ ${this.instant(node)}`;
      default:
        return this.text(node);
    }
  }

  private args(node: SyntaxNode | null): string {
    const body = node?.getChild("FunctionCallBody");
    return body
      ? children(body)
          .filter(isExpression)
          .map((one) => this.print(one))
          .join(", ")
      : "";
  }

  /** The grouping stands before the arguments, wherever it was written; `by ()` is left out. */
  private aggregate(node: SyntaxNode): string {
    const modifier = node.getChild("AggregateModifier");
    const without = modifier?.getChild("Without") != null;
    const labels = this.labels(modifier?.getChild("GroupingLabels") ?? null);
    const grouping = without ? ` without (${labels}) ` : labels ? ` by (${labels}) ` : "";
    return `${this.text(named(node, "AggregateOp")).toLowerCase()}${grouping}(${this.args(node)})`;
  }

  private operator(node: SyntaxNode): string {
    const [left, right] = children(node).filter(isExpression);
    const between = this.source.slice(left?.to, right?.from);
    const op = /(==|!=|>=|<=|atan2|and|or|unless|[-+*/%^<>])/i.exec(between)?.[0].toLowerCase() ?? "";
    const clause = node.getChild("MatchingModifierClause");
    const bool = node.getChild("BoolModifier") ? " bool" : "";
    if (!clause) return op + bool;
    const [labels = null, include] = clause.getChildren("GroupingLabels");
    const group = clause.getChild("GroupLeft") ? "left" : clause.getChild("GroupRight") ? "right" : undefined;
    const on = clause.getChild("On") ? "on" : "ignoring";
    const grouped = group ? ` group_${group} (${this.labels(include ?? null)})` : "";
    return `${op}${bool} ${on} (${this.labels(labels)})${grouped}`;
  }

  private labels(node: SyntaxNode | null): string {
    return (node ? children(node) : [])
      .filter((one) => /LabelName$/.test(one.name))
      .map((one) => this.text(one))
      .join(", ");
  }

  private selector(node: SyntaxNode): string {
    const name = node.getChild("Identifier");
    const list = node.getChild("LabelMatchers");
    const matchers = (list ? children(list) : [])
      .filter((one) => /LabelMatcher$/.test(one.name))
      .map((one) => this.text(one).replace(/\s*(=~|!~|!=|=)\s*/, "$1"))
      .map((one) => one.replace(/'([^'"\\]*)'$/, '"$1"'));
    return (name ? this.text(name) : "") + (matchers.length > 0 || !name ? `{${matchers.join(",")}}` : "");
  }

  private duration(node: SyntaxNode | null): string {
    if (!node) return "";
    const text = this.text(node).replace(/\s/g, "");
    const sign = text.startsWith("-") ? "-" : "";
    const milliseconds = parseDuration(text.replace(/^[-+]/, ""));
    return milliseconds === undefined ? text : sign + durationText(milliseconds);
  }

  private instant(node: SyntaxNode): string {
    const word = node.getChild("AtModifierPreprocessors");
    if (word) return `${this.text(word).replace(/\W/g, "")}()`;
    const number = /@\s*([-+]?[\w.+-]+)/.exec(this.text(node))?.[1] ?? "0";
    return Number(number).toFixed(3);
  }

  private text(node: SyntaxNode | null): string {
    return node ? this.source.slice(node.from, node.to) : "";
  }
}

const named = (node: SyntaxNode, name: string) => node.getChild(name);

const isExpression = ({ name }: SyntaxNode) =>
  /(Expr|Call|Selector|Literal)$/.test(name) && !/^(Offset)?DurationExpr$/.test(name);

function children(node: SyntaxNode): SyntaxNode[] {
  const list: SyntaxNode[] = [];
  for (let one = node.firstChild; one; one = one.nextSibling) list.push(one);
  return list;
}
