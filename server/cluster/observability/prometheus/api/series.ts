// series, labels, label values and federation: what is stored, without evaluating anything.
import { type HttpAnswer, plain } from "../../http/index.ts";
import { LOOKBACK_MS } from "../limits.ts";
import { type Expression, type Matcher, ParseError, QueryError } from "../promql/ast.ts";
import { parse } from "../promql/parse.ts";
import { formatValue, sortedLabels } from "../promql/value.ts";
import type { Labels, Series } from "../storage/series.ts";
import type { SeriesStore } from "../storage/series-store.ts";
import { badParameter } from "./answers.ts";

/** Series of any `match[]`; all of them when there is none. */
function chosen(store: SeriesStore, parameters: URLSearchParams): readonly Series[] {
  const selectors = parameters.getAll("match[]").map(matchersOf);
  if (selectors.length === 0) return store.select([]);
  return [...new Set(selectors.flatMap((matchers) => store.select(matchers)))];
}

function matchersOf(text: string): readonly Matcher[] {
  let expression: Expression;
  try {
    expression = parse(text);
  } catch (error) {
    if (error instanceof ParseError) throw badParameter("match[]", error.message);
    throw error;
  }
  if (expression.kind === "selector" && expression.offset === 0 && expression.at === undefined)
    return expression.matchers;
  throw badParameter("match[]", "1:1: parse error: unexpected expression, expected a metric selector");
}

export function seriesAnswer(store: SeriesStore, parameters: URLSearchParams): readonly Labels[] {
  if (parameters.getAll("match[]").length === 0)
    throw new QueryError("bad_data", "no match[] parameter provided");
  return limited(
    chosen(store, parameters).map((one) => sortedLabels(one.labels)),
    parameters,
  );
}

export function labelNames(store: SeriesStore, parameters: URLSearchParams): readonly string[] {
  const names = new Set<string>();
  for (const { labels } of chosen(store, parameters)) for (const name in labels) names.add(name);
  return limited([...names].sort(), parameters);
}

export function labelValues(
  store: SeriesStore,
  label: string,
  parameters: URLSearchParams,
): readonly string[] {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label))
    throw new QueryError("bad_data", `invalid label name: "${label}"`);
  if (label === "__name__" && !parameters.has("match[]")) return limited(store.metricNames(), parameters);
  const values = new Set<string>();
  for (const { labels } of chosen(store, parameters)) if (labels[label]) values.add(labels[label]);
  return limited([...values].sort(), parameters);
}

function limited<T>(list: readonly T[], parameters: URLSearchParams): readonly T[] {
  const limit = Number(parameters.get("limit") ?? 0);
  return Number.isInteger(limit) && limit > 0 ? list.slice(0, limit) : list;
}

/** The latest sample of each chosen series in the text exposition format. */
export function federate(store: SeriesStore, parameters: URLSearchParams, now: number): HttpAnswer {
  if (parameters.getAll("match[]").length === 0) return plain("");
  const byName = new Map<string, string[]>();
  for (const series of chosen(store, parameters)) {
    const sample = series.latest(now, LOOKBACK_MS);
    const { __name__: name = "", ...labels } = series.labels;
    if (!sample) continue;
    const lines = byName.get(name) ?? [];
    // An empty instance label is written too: honor_labels of whoever reads it keeps it so.
    const written = Object.entries({ instance: "", ...labels })
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    lines.push(`${name}{${written.join(",")}} ${formatValue(sample.value)} ${sample.time}`);
    byName.set(name, lines);
  }
  const blocks = [...byName.keys()]
    .sort()
    .map((name) => `# TYPE ${name} untyped\n${byName.get(name)?.join("\n")}\n`);
  return { ...plain(blocks.join("")), type: "text/plain; version=0.0.4; charset=utf-8" };
}
