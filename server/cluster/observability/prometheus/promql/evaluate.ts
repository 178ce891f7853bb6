import type { Clock } from "../../../base/index.ts";
import { LOOKBACK_MS, MAX_QUERY_SAMPLES, QUERY_TIMEOUT_MS } from "../limits.ts";
import type { Series } from "../storage/series.ts";
import type { SeriesStore } from "../storage/series-store.ts";
import { aggregate } from "./aggregate.ts";
import { type Expression, type Instant, QueryError, type Selector } from "./ast.ts";
import { binary } from "./binary.ts";
import { callFunction } from "./functions.ts";
import { keyOf, type Range, type Sample, type Value } from "./value.ts";

export interface EvaluationScope {
  readonly store: SeriesStore;
  /** Of the whole query, for `@ start()` and `@ end()`. */
  readonly start: number;
  readonly end: number;
  /** Step of a subquery that names none (global evaluation interval). */
  readonly defaultStep: number;
  /** For the limit of time; absent: none. */
  readonly clock?: Pick<Clock, "monotonic">;
}

/** Evaluates one expression at one instant, and again at the next; series are looked up once a query. */
export class Evaluator {
  private readonly selected = new Map<Selector, readonly Series[]>();
  private samples = 0;
  private work = 0;
  private readonly deadline: number;

  constructor(private readonly scope: EvaluationScope) {
    this.deadline = (scope.clock?.monotonic() ?? 0) + QUERY_TIMEOUT_MS;
  }

  at(expression: Expression, time: number): Value {
    this.spend(1);
    switch (expression.kind) {
      case "number":
        return { type: "scalar", value: expression.value };
      case "string":
        return { type: "string", value: expression.value };
      case "selector":
        return { type: "vector", samples: this.instant(expression, time) };
      case "matrix": {
        const to = this.shift(expression.selector, time);
        return this.matrix(expression.selector, to - expression.range, to);
      }
      case "subquery":
        return this.subquery(expression, time);
      case "negate":
        return unique(negate(this.at(expression.expression, time)));
      case "call": {
        const value = callFunction(expression, {
          time,
          evaluate: (argument) => this.at(argument, time),
          sampledAt: (selector) => this.sampledAt(selector, time),
        });
        return KEEPS_LABELS.has(expression.name) || ofOneMetric(expression) ? value : unique(value);
      }
      case "aggregate": {
        const parameter = expression.parameter && this.at(expression.parameter, time);
        const value = parameter && "value" in parameter ? parameter.value : undefined;
        return {
          type: "vector",
          samples: aggregate(expression, this.vector(expression.expression, time), value),
        };
      }
      case "binary":
        return unique(binary(expression, this.at(expression.left, time), this.at(expression.right, time)));
    }
  }

  private sampledAt(selector: Selector, time: number): readonly number[] {
    const at = this.shift(selector, time);
    return this.select(selector).flatMap((series) => series.latest(at, LOOKBACK_MS)?.time ?? []);
  }

  private vector(expression: Expression, time: number): readonly Sample[] {
    const value = this.at(expression, time);
    if (value.type !== "vector")
      throw new QueryError("bad_data", `expected instant vector, got ${value.type}`);
    return value.samples;
  }

  private instant(selector: Selector, time: number): readonly Sample[] {
    const at = this.shift(selector, time);
    const samples: Sample[] = [];
    for (const series of this.select(selector)) {
      const latest = series.latest(at, LOOKBACK_MS);
      if (latest) samples.push({ labels: series.labels, value: latest.value });
    }
    this.count(samples.length);
    return samples;
  }

  private matrix(selector: Selector, from: number, to: number): Value {
    const series: Range[] = [];
    for (const one of this.select(selector)) {
      const points = one.between(from, to);
      this.count(points.length / 2);
      if (points.length > 0) series.push({ labels: one.labels, points });
    }
    return { type: "matrix", series, from, to };
  }

  private subquery(expression: Extract<Expression, { kind: "subquery" }>, time: number): Value {
    const to = this.shift(expression, time);
    const from = to - expression.range;
    const step = expression.step ?? this.scope.defaultStep;
    const byKey = new Map<string, { labels: Sample["labels"]; points: number[] }>();
    for (let at = Math.floor(from / step) * step + step; at <= to; at += step) {
      const value = this.at(expression.expression, at);
      const samples =
        value.type === "scalar"
          ? [{ labels: {}, value: value.value }]
          : value.type === "vector"
            ? value.samples
            : [];
      this.count(samples.length);
      for (const sample of samples) {
        const key = keyOf(sample.labels);
        const range = byKey.get(key) ?? { labels: sample.labels, points: [] };
        range.points.push(at, sample.value);
        byKey.set(key, range);
      }
    }
    return { type: "matrix", series: [...byKey.values()], from, to };
  }

  private shift(
    { at, offset }: { readonly at?: Instant | undefined; readonly offset: number },
    time: number,
  ) {
    const base =
      at === undefined ? time : at === "start" ? this.scope.start : at === "end" ? this.scope.end : at;
    return base - offset;
  }

  private select(selector: Selector): readonly Series[] {
    const known = this.selected.get(selector);
    if (known) return known;
    const found = this.scope.store.select(selector.matchers);
    this.selected.set(selector, found);
    return found;
  }

  private count(samples: number): void {
    this.spend(samples);
    this.samples += samples;
    if (this.samples > MAX_QUERY_SAMPLES)
      throw new QueryError(
        "execution",
        "query processing would load too many samples into memory in query execution",
      );
  }

  /** Looks at the clock once in a while: this runs in the cluster's own process, which has other things to do. */
  private spend(work: number): void {
    this.work += work;
    if (this.work < WORK_BETWEEN_LOOKS) return;
    this.work = 0;
    if ((this.scope.clock?.monotonic() ?? 0) > this.deadline)
      throw new QueryError("timeout", "query timed out in expression evaluation");
  }
}

const WORK_BETWEEN_LOOKS = 2_000;

/** Functions that cannot make two series equal: they leave every label as it is. */
const KEEPS_LABELS = new Set([
  "sort",
  "sort_desc",
  "last_over_time",
  "absent",
  "vector",
  "histogram_quantile",
]);

/** Series of one metric stay apart when their name goes; unless the function changes labels. */
function ofOneMetric({ name, args }: Extract<Expression, { kind: "call" }>): boolean {
  if (name.startsWith("label_")) return false;
  return args.some((argument) => {
    const selector = argument.kind === "matrix" ? argument.selector : argument;
    return (
      selector.kind === "selector" &&
      selector.matchers.some((one) => one.name === "__name__" && one.op === "=")
    );
  });
}

/** Two series with equal labels cannot stand in one vector. */
function unique(value: Value): Value {
  if (value.type !== "vector" || value.samples.length < 2) return value;
  const seen = new Set<string>();
  for (const { labels } of value.samples) {
    const key = keyOf(labels);
    if (seen.has(key))
      throw new QueryError("execution", "vector cannot contain metrics with the same labelset");
    seen.add(key);
  }
  return value;
}

function negate(value: Value): Value {
  if (value.type === "scalar") return { type: "scalar", value: -value.value };
  if (value.type !== "vector") return value;
  return {
    type: "vector",
    samples: value.samples.map(({ labels: { __name__: _, ...labels }, value: one }) => ({
      labels,
      value: -one,
    })),
  };
}
