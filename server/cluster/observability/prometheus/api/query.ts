import { ParseError } from "../promql/ast.ts";
import { formatQuery } from "../promql/format.ts";
import { instantQuery, type QueryDeps, rangeQuery } from "../promql/query.ts";
import { formatValue, sortedLabels, type Value } from "../promql/value.ts";
import { badParameter } from "./answers.ts";
import type { ApiDeps } from "./deps.ts";
import { durationParameter, timeParameter } from "./parameters.ts";

const scope = ({ store, clock, defaultStep }: ApiDeps): QueryDeps => ({
  store,
  clock,
  defaultStep: defaultStep(),
});

/** A text that cannot be read is a fault of its parameter. */
function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ParseError) throw badParameter("query", error.message);
    throw error;
  }
}

export function query(deps: ApiDeps, parameters: URLSearchParams): object {
  const time = timeParameter(parameters, "time", deps.clock.now());
  const value = reading(() => instantQuery(scope(deps), parameters.get("query") ?? "", time));
  return { resultType: value.type, result: result(value, time) };
}

export function queryRange(deps: ApiDeps, parameters: URLSearchParams): object {
  const start = timeParameter(parameters, "start");
  const end = timeParameter(parameters, "end");
  const step = durationParameter(parameters, "step");
  const ranges = reading(() =>
    rangeQuery(scope(deps), { text: parameters.get("query") ?? "", start, end, step }),
  );
  return {
    resultType: "matrix",
    result: ranges.map((one) => ({ metric: sortedLabels(one.labels), values: pairs(one.points) })),
  };
}

export const format = (parameters: URLSearchParams): string =>
  reading(() => formatQuery(parameters.get("query") ?? ""));

function result(value: Value, time: number): unknown {
  switch (value.type) {
    case "scalar":
      return [time / 1000, formatValue(value.value)];
    case "string":
      return [time / 1000, value.value];
    case "vector":
      return value.samples.map((one) => ({
        metric: sortedLabels(one.labels),
        value: [time / 1000, formatValue(one.value)],
      }));
    case "matrix":
      return value.series.map((one) => ({ metric: sortedLabels(one.labels), values: pairs(one.points) }));
  }
}

function pairs(points: readonly number[]): [number, string][] {
  const list: [number, string][] = [];
  for (let i = 0; i + 1 < points.length; i += 2)
    list.push([(points[i] ?? 0) / 1000, formatValue(points[i + 1] ?? Number.NaN)]);
  return list;
}
