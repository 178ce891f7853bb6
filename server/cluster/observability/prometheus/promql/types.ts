// The type check that Prometheus makes of a parsed query (promql/parser/parse.go checkAST), in its words.
import { type Expression, ParseError, positionOf, type ValueType } from "./ast.ts";
import { SIGNATURES } from "./signatures.ts";

const V = "instant vector";
const M = "range vector";
const S = "scalar";
const T = "string";

const SETS = new Set(["and", "or", "unless"]);
const COMPARISONS = new Set(["==", "!=", ">", "<", ">=", "<="]);
/** Names of the types inside Prometheus; one message forgets to translate. */
const RAW: Readonly<Record<ValueType, string>> = {
  [V]: "vector",
  [M]: "matrix",
  [S]: "scalar",
  [T]: "string",
};

export const isFunction = (name: string): boolean => Object.hasOwn(SIGNATURES, name);

/** The type of an expression; throws ParseError. */
export function check(expression: Expression, text: string): ValueType {
  return new Checker(text).type(expression);
}

class Checker {
  constructor(private readonly text: string) {}

  type(one: Expression): ValueType {
    switch (one.kind) {
      case "number":
        return S;
      case "string":
        return T;
      case "selector":
        return V;
      case "matrix":
        return M;
      case "subquery": {
        const type = this.type(one.expression);
        if (type !== V)
          this.fail(one.pos, `subquery is only allowed on instant vector, got ${RAW[type]} instead`);
        return M;
      }
      case "negate": {
        const type = this.type(one.expression);
        if (type !== S && type !== V)
          this.fail(
            one.pos,
            `unary expression only allowed on expressions of type scalar or instant vector, got "${type}"`,
          );
        return type;
      }
      case "aggregate":
        return this.aggregate(one);
      case "call":
        return this.call(one);
      case "binary":
        return this.binary(one);
    }
  }

  private aggregate(one: Extract<Expression, { kind: "aggregate" }>): ValueType {
    this.expect(one.expression, V, "aggregation expression");
    if (one.parameter) this.expect(one.parameter, one.op === "count_values" ? T : S, "aggregation parameter");
    return V;
  }

  private call(one: Extract<Expression, { kind: "call" }>): ValueType {
    const signature = SIGNATURES[one.name];
    if (!signature) return this.fail(one.pos, `unknown function with name "${one.name}"`);
    const { args, optional = 0, variadic } = signature;
    const [least, most] = [args.length - optional, args.length];
    const got = `argument(s) in call to "${one.name}", got ${one.args.length}`;
    if (optional === 0 && !variadic && one.args.length !== least)
      this.fail(one.pos, `expected ${least} ${got}`);
    if (one.args.length < least) this.fail(one.pos, `expected at least ${least} ${got}`);
    if (one.args.length > most && !variadic) this.fail(one.pos, `expected at most ${most} ${got}`);
    one.args.forEach((argument, i) => {
      this.expect(argument, args[i] ?? args.at(-1) ?? V, `call to function "${one.name}"`);
    });
    return signature.result;
  }

  private binary(one: Extract<Expression, { kind: "binary" }>): ValueType {
    const left = this.type(one.left);
    const right = this.type(one.right);
    const { matching, op } = one;
    const comparison = COMPARISONS.has(op);
    if (one.bool && !comparison)
      this.fail(one.opPos, "bool modifier can only be used on comparison operators");
    if (comparison && left === S && right === S && !one.bool)
      this.fail(one.opPos, "comparisons between scalars must use BOOL modifier");
    const both = matching?.on ? matching.include.find((name) => matching.labels.includes(name)) : undefined;
    if (both !== undefined)
      this.fail(one.opPos, `label "${both}" must not occur in ON and GROUP clause at once`);
    const wrong = "binary expression must contain only scalar and instant vector types";
    if (left !== S && left !== V) this.fail(one.left.pos, wrong);
    if (right !== S && right !== V) this.fail(one.right.pos, wrong);
    if ((left === S || right === S) && matching && matching.labels.length > 0)
      this.fail(one.pos, "vector matching only allowed between instant vectors");
    if (SETS.has(op) && (left === S || right === S))
      this.fail(one.pos, `set operator "${op}" not allowed in binary scalar expression`);
    if (SETS.has(op) && matching?.group) this.fail(one.pos, `no grouping allowed for "${op}" operation`);
    return left === S && right === S ? S : V;
  }

  private expect(one: Expression, wanted: ValueType, where: string): void {
    const got = this.type(one);
    if (got !== wanted) this.fail(one.pos, `expected type ${wanted} in ${where}, got ${got}`);
  }

  private fail(at: number, message: string): never {
    throw new ParseError(`${positionOf(this.text, at)}: parse error: ${message}`);
  }
}
