import type { ValueType } from "./ast.ts";

const V = "instant vector";
const M = "range vector";
const S = "scalar";
const T = "string";

export interface Signature {
  readonly args: readonly ValueType[];
  /** How many of the last arguments may be left out. */
  readonly optional?: number;
  readonly variadic?: boolean;
  readonly result: ValueType;
}

const overTime: Signature = { args: [M], result: V };
const math: Signature = { args: [V], result: V };

/** The functions this evaluator knows, and what they take. Native histograms are left out. */
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
  mad_over_time: overTime,
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
  label_join: { args: [V, T, T, T], optional: 1, variadic: true, result: V },
  scalar: { args: [V], result: S },
  vector: { args: [S], result: V },
  time: { args: [], result: S },
  pi: { args: [], result: S },
  ...Object.fromEntries(
    ["minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month", "year"].map(
      (name) => [name, { args: [V], optional: 1, result: V } satisfies Signature],
    ),
  ),
  ...Object.fromEntries(
    [
      "acos",
      "acosh",
      "asin",
      "asinh",
      "atan",
      "atanh",
      "cos",
      "cosh",
      "deg",
      "rad",
      "sin",
      "sinh",
      "tan",
      "tanh",
    ].map((name) => [name, math]),
  ),
};
