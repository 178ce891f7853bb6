import { type Expression, QueryError, type ValueType } from "./ast.ts";

const V = "instant vector";
const M = "range vector";
const S = "scalar";
const T = "string";

interface Signature {
  readonly args: readonly ValueType[];
  /** How many of the last arguments may be left out. */
  readonly optional?: number;
  readonly variadic?: boolean;
  readonly result: ValueType;
}

const overTime: Signature = { args: [M], result: V };
const math: Signature = { args: [V], result: V };

/** The functions this evaluator knows, and what they take. */
export const SIGNATURES: Readonly<Record<string, Signature>> = {
  abs: math,
  ceil: math,
  floor: math,
  exp: math,
  ln: math,
  log2: math,
  log10: math,
  sqrt: math,
  sgn: math,
  absent: math,
  timestamp: math,
  sort: math,
  sort_desc: math,
  absent_over_time: overTime,
  avg_over_time: overTime,
  changes: overTime,
  count_over_time: overTime,
  delta: overTime,
  deriv: overTime,
  idelta: overTime,
  increase: overTime,
  irate: overTime,
  last_over_time: overTime,
  max_over_time: overTime,
  min_over_time: overTime,
  present_over_time: overTime,
  rate: overTime,
  resets: overTime,
  stddev_over_time: overTime,
  stdvar_over_time: overTime,
  sum_over_time: overTime,
  quantile_over_time: { args: [S, M], result: V },
  predict_linear: { args: [M, S], result: V },
  clamp: { args: [V, S, S], result: V },
  clamp_max: { args: [V, S], result: V },
  clamp_min: { args: [V, S], result: V },
  round: { args: [V, S], optional: 1, result: V },
  histogram_quantile: { args: [S, V], result: V },
  label_replace: { args: [V, T, T, T, T], result: V },
  label_join: { args: [V, T, T, T], variadic: true, result: V },
  scalar: { args: [V], result: S },
  vector: { args: [S], result: V },
  time: { args: [], result: S },
  pi: { args: [], result: S },
  minute: { args: [V], optional: 1, result: V },
  hour: { args: [V], optional: 1, result: V },
  day_of_week: { args: [V], optional: 1, result: V },
  day_of_month: { args: [V], optional: 1, result: V },
  month: { args: [V], optional: 1, result: V },
  year: { args: [V], optional: 1, result: V },
};

const SETS = new Set(["and", "or", "unless"]);
const COMPARISONS = new Set(["==", "!=", ">", "<", ">=", "<="]);

/** The type of an expression; throws what Prometheus' type check says. */
export function check(expression: Expression): ValueType {
  const fail = (message: string): never => {
    throw new QueryError("bad_data", `1:1: parse error: ${message}`);
  };
  const of = (one: Expression): ValueType => {
    switch (one.kind) {
      case "number":
        return S;
      case "string":
        return T;
      case "selector":
        return V;
      case "matrix":
        return M;
      case "subquery":
        if (of(one.expression) !== V && of(one.expression) !== S)
          fail(`subquery is only allowed on instant vector, got ${of(one.expression)} instead`);
        return M;
      case "negate": {
        const type = of(one.expression);
        if (type !== S && type !== V)
          fail(
            `unary expression only allowed on expressions of type scalar or instant vector, got "${type}"`,
          );
        return type;
      }
      case "aggregate": {
        const type = of(one.expression);
        if (type !== V) fail(`expected type instant vector in aggregation expression, got ${type}`);
        if (one.parameter) of(one.parameter);
        return V;
      }
      case "call":
        return call(one);
      case "binary":
        return binary(one);
    }
  };
  const call = (one: Extract<Expression, { kind: "call" }>): ValueType => {
    const signature = SIGNATURES[one.name];
    if (!signature)
      return fail(`unknown function with name "${one.name}" (it is not supported by the practice cluster)`);
    const least = signature.args.length - (signature.optional ?? 0);
    if (one.args.length < least || (one.args.length > signature.args.length && !signature.variadic))
      fail(
        `expected ${signature.optional ? "at least " : ""}${least} argument(s) in call to "${one.name}", got ${one.args.length}`,
      );
    one.args.forEach((argument, i) => {
      const wanted = signature.args[i] ?? signature.args.at(-1) ?? V;
      const got = of(argument);
      if (got !== wanted) fail(`expected type ${wanted} in call to function "${one.name}", got ${got}`);
    });
    return signature.result;
  };
  const binary = (one: Extract<Expression, { kind: "binary" }>): ValueType => {
    const left = of(one.left);
    const right = of(one.right);
    for (const type of [left, right])
      if (type !== S && type !== V)
        fail("binary expression must contain only scalar and instant vector types");
    if (SETS.has(one.op) && (left === S || right === S))
      fail(`set operator "${one.op}" not allowed in binary scalar expression`);
    if (COMPARISONS.has(one.op) && left === S && right === S && !one.bool)
      fail("comparisons between scalars must use BOOL modifier");
    if (one.bool && !COMPARISONS.has(one.op)) fail("bool modifier can only be used on comparison operators");
    return left === S && right === S ? S : V;
  };
  return of(expression);
}
