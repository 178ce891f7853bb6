import type { Labels } from "../storage/series.ts";
import { type Expression, QueryError } from "./ast.ts";
import { quantile } from "./range-functions.ts";
import { formatValue, keyOf, omit, pick, type Sample } from "./value.ts";

type Aggregate = Extract<Expression, { kind: "aggregate" }>;

/** `parameter` is topk's k, quantile's q or count_values' label. */
export function aggregate(
  expression: Aggregate,
  samples: readonly Sample[],
  parameter: number | string | undefined,
): readonly Sample[] {
  const { grouping, op } = expression;
  const groups = new Map<string, { labels: Labels; members: Sample[] }>();
  for (const sample of samples) {
    // Labels are made once a group; most samples only need to find theirs.
    const key = grouping.without
      ? keyOf(omit(sample.labels, grouping.labels))
      : valuesKey(sample.labels, grouping.labels);
    const group = groups.get(key);
    if (group) group.members.push(sample);
    else groups.set(key, { labels: groupLabels(sample.labels, grouping), members: [sample] });
  }
  return [...groups.values()].flatMap(({ labels, members }) => reduce(op, { labels, members, parameter }));
}

const groupLabels = (labels: Labels, { without, labels: names }: Aggregate["grouping"]): Labels =>
  without ? omit(labels, names) : pick(labels, names);

/** A label that is missing counts as empty. */
function valuesKey(labels: Labels, names: readonly string[]): string {
  let key = "";
  for (const name of names) key += `${labels[name] ?? ""}\u0000`;
  return key;
}

interface Group {
  readonly labels: Labels;
  readonly members: readonly Sample[];
  readonly parameter: number | string | undefined;
}

function reduce(op: string, { labels, members, parameter }: Group): readonly Sample[] {
  const values = members.map((one) => one.value);
  const one = (value: number) => [{ labels, value }];
  const total = () => values.reduce((sum, value) => sum + value, 0);
  const mean = () => total() / values.length;
  const variance = () => {
    const middle = mean();
    return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length;
  };
  const k = Math.max(0, Math.trunc(Number(parameter)) || 0);
  switch (op) {
    case "sum":
      return one(total());
    case "avg":
      return one(mean());
    case "count":
      return one(values.length);
    case "group":
      return one(1);
    case "min":
      return one(extreme(values, (a, b) => a < b));
    case "max":
      return one(extreme(values, (a, b) => a > b));
    case "stddev":
      return one(Math.sqrt(variance()));
    case "stdvar":
      return one(variance());
    case "quantile":
      return one(quantile(Number(parameter), values));
    case "topk":
      return [...members].sort((a, b) => nanLast(a.value, b.value, -1)).slice(0, k);
    case "bottomk":
      return [...members].sort((a, b) => nanLast(a.value, b.value)).slice(0, k);
    case "count_values": {
      if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(String(parameter)))
        throw new QueryError("execution", `invalid label name "${parameter}"`);
      const counts = new Map<number, number>();
      for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
      return [...counts].map(([value, times]) => ({
        labels: { ...labels, [String(parameter)]: formatValue(value) },
        value: times,
      }));
    }
    default:
      throw new QueryError("bad_data", `aggregation ${op} is not supported by the practice cluster`);
  }
}

function extreme(values: readonly number[], better: (a: number, b: number) => boolean): number {
  return values.reduce(
    (best, value) => (Number.isNaN(best) || better(value, best) ? value : best),
    Number.NaN,
  );
}

/** NaN stands last in either direction. */
export function nanLast(a: number, b: number, direction: 1 | -1 = 1): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return (a - b) * direction;
}
