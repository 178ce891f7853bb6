import type { Clock } from "../../../base/index.ts";
import { MAX_POINTS } from "../limits.ts";
import type { SeriesStore } from "../storage/series-store.ts";
import { type Expression, ParseError, QueryError } from "./ast.ts";
import { Evaluator } from "./evaluate.ts";
import { parse } from "./parse.ts";
import { keyOf, type Range, type Value } from "./value.ts";

export interface QueryDeps {
  readonly store: SeriesStore;
  readonly defaultStep: number;
  readonly clock?: Pick<Clock, "monotonic">;
}

export function instantQuery(deps: QueryDeps, text: string, time: number): Value {
  return evaluateAt(deps, parse(text), time);
}

/** An expression that has been read before: a rule's. */
export function evaluateAt(deps: QueryDeps, expression: Expression, time: number): Value {
  return new Evaluator({ ...deps, start: time, end: time }).at(expression, time);
}

export interface RangeQuery {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

export function rangeQuery(deps: QueryDeps, query: RangeQuery): readonly Range[] {
  const { start, end, step } = query;
  if (end < start)
    throw new QueryError("bad_data", 'invalid parameter "end": end timestamp must not be before start time');
  if (step <= 0)
    throw new QueryError(
      "bad_data",
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  if ((end - start) / step > MAX_POINTS)
    throw new QueryError(
      "bad_data",
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
    );
  const expression = parse(query.text);
  const evaluator = new Evaluator({ ...deps, start, end });
  const byKey = new Map<string, { labels: Range["labels"]; points: number[] }>();
  for (let time = start; time <= end; time += step) {
    const value = evaluator.at(expression, time);
    if (value.type === "matrix" || value.type === "string")
      throw new ParseError(
        `invalid expression type "${value.type === "matrix" ? "range vector" : "string"}" for range query, must be Scalar or instant Vector`,
      );
    const samples = value.type === "scalar" ? [{ labels: {}, value: value.value }] : value.samples;
    for (const sample of samples) {
      const key = keyOf(sample.labels);
      const range = byKey.get(key) ?? { labels: sample.labels, points: [] };
      range.points.push(time, sample.value);
      byKey.set(key, range);
    }
  }
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, range]) => range);
}
