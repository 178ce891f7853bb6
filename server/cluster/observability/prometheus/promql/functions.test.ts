// What each function, aggregation and operator gives, after Prometheus' documentation (querying/functions, operators) and
// promql/testdata. Ranges are open at their left end, as since Prometheus 3.
import { describe, expect, it } from "vitest";
import { SeriesStore } from "../storage/series-store.ts";
import { QueryError } from "./ast.ts";
import { instantQuery, rangeQuery } from "./query.ts";

const STEP = 10_000;
const NOW = 100_000;

function made(): SeriesStore {
  const store = new SeriesStore();
  const put = (labels: Record<string, string>, values: readonly number[]) => {
    const series = store.seriesOf(labels);
    values.forEach((value, i) => {
      if (series && !Number.isNaN(value)) store.append(series, { time: i * STEP, value, step: STEP });
    });
  };
  // From 0 s to 100 s.
  put({ __name__: "line" }, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  put({ __name__: "saw" }, [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2]);
  put({ __name__: "mixed" }, [5, 5, 1, 9, 3, 3, 7, 2, 8, 4, 6]);
  put({ __name__: "g", x: "a", n: "1" }, Array(11).fill(1));
  put({ __name__: "g", x: "b", n: "2" }, Array(11).fill(2));
  put({ __name__: "g", x: "c", n: "3" }, Array(11).fill(-3.5));
  put({ __name__: "h", x: "a", m: "p" }, Array(11).fill(10));
  put({ __name__: "h", x: "b", m: "q" }, Array(11).fill(20));
  put({ __name__: "old" }, [7]);
  return store;
}

const deps = { store: made(), defaultStep: STEP };
const round = (value: number) => (Number.isFinite(value) ? Math.round(value * 1e6) / 1e6 : value);

function ask(text: string): unknown {
  try {
    const value = instantQuery(deps, text, NOW);
    if (value.type === "scalar") return round(value.value);
    if (value.type === "vector") {
      const rows = value.samples.map(({ labels, value: one }) => [...Object.values(labels), round(one)]);
      return rows.length === 1 && rows[0]?.length === 1 ? rows[0][0] : rows;
    }
    return value;
  } catch (error) {
    if (error instanceof QueryError) return `${error.type}: ${error.message}`;
    throw error;
  }
}

describe("PromQL over ranges", () => {
  it.each<[string, unknown]>([
    ["rate(line[50s])", 1],
    ["increase(line[50s])", 50],
    ["delta(line[50s])", 50],
    ["irate(line[50s])", 1],
    ["idelta(mixed[30s])", 2],
    ["deriv(line[50s])", 1],
    ["predict_linear(line[50s], 100)", 200],
    ["rate(line[5s])", []],
    // Four samples 3 0 1 2 of a counter that was reset: 0 → 2 after the reset, stretched by half a gap at either end.
    ["increase(saw[40s])", 2.666667],
    ["resets(saw[1m40s])", 2],
    ["changes(mixed[1m40s])", 8],
    ["avg_over_time(mixed[50s])", 5.4],
    ["sum_over_time(mixed[50s])", 27],
    ["min_over_time(mixed[50s])", 2],
    ["max_over_time(mixed[50s])", 8],
    ["count_over_time(mixed[50s])", 5],
    ["last_over_time(mixed[50s])", [["mixed", 6]]],
    ["present_over_time(mixed[50s])", 1],
    ["absent_over_time(nothing{a='b'}[50s])", [["b", 1]]],
    ["absent_over_time(mixed[50s])", []],
    ["stddev_over_time(mixed[50s])", 2.154066],
    ["stdvar_over_time(mixed[50s])", 4.64],
    ["quantile_over_time(0.5, mixed[50s])", 6],
    ["quantile_over_time(2, mixed[50s])", Number.POSITIVE_INFINITY],
    ["mad_over_time(mixed[50s])", 2],
    ["max_over_time(rate(line[20s])[50s:10s])", 1],
    ["sum_over_time(line[30s:10s] offset 20s)", 210],
    ["sum_over_time(line[30s:10s] @ 50)", 120],
    ["line offset 30s", [["line", 70]]],
    ["line offset -30s @ 20", [["line", 50]]],
    ["line @ start()", [["line", 100]]],
    ["rate(line[20s] @ 40)", 1],
    ["timestamp(line offset 15s)", 80],
    ["timestamp(line offset 15s) - time()", -20],
  ])("%s", (text, expected) => {
    expect(ask(text)).toEqual(expected);
  });
});

describe("PromQL over vectors", () => {
  const abs = (a: number, b: number, c: number) => [
    ["a", "1", a],
    ["b", "2", b],
    ["c", "3", c],
  ];
  it.each<[string, unknown]>([
    ["abs(g)", abs(1, 2, 3.5)],
    ["ceil(g)", abs(1, 2, -3)],
    ["floor(g)", abs(1, 2, -4)],
    ["round(g)", abs(1, 2, -3)],
    ["round(g, 0.2)", abs(1, 2, -3.4)],
    ["sgn(g)", abs(1, 1, -1)],
    ["clamp(g, 0, 1.5)", abs(1, 1.5, 0)],
    ["clamp(g, 2, 1)", []],
    ["clamp_min(g, 0)", abs(1, 2, 0)],
    ["clamp_max(g, 1)", abs(1, 1, -3.5)],
    ["sqrt(vector(16)) + exp(vector(0)) + ln(vector(1)) + log2(vector(8)) + log10(vector(100))", 10],
    ["deg(vector(pi())) + rad(vector(0))", 180],
    ["sin(vector(0)) + cos(vector(0)) + atan(vector(0))", 1],
    [
      "sort(g)",
      [
        ["g", "c", "3", -3.5],
        ["g", "a", "1", 1],
        ["g", "b", "2", 2],
      ],
    ],
    [
      "sort_desc(g)",
      [
        ["g", "b", "2", 2],
        ["g", "a", "1", 1],
        ["g", "c", "3", -3.5],
      ],
    ],
    ["sum(g)", -0.5],
    ["avg(h)", 15],
    ["min(g)", -3.5],
    ["max(g)", 2],
    ["count(g)", 3],
    ["group(g)", 1],
    ["stddev(h)", 5],
    ["stdvar(h)", 25],
    ["quantile(0.5, g)", 1],
    [
      "topk(2, g)",
      [
        ["g", "b", "2", 2],
        ["g", "a", "1", 1],
      ],
    ],
    ["bottomk(1, g)", [["g", "c", "3", -3.5]]],
    ["topk(0, g)", []],
    [
      "count_values('v', clamp_min(g, 1))",
      [
        ["1", 2],
        ["2", 1],
      ],
    ],
    ["count_values('a-b', g)", 'execution: invalid label name "a-b"'],
    [
      "sum without (n) (h)",
      [
        ["a", "p", 10],
        ["b", "q", 20],
      ],
    ],
    ["absent(g)", []],
    ["absent(nothing)", 1],
    ["absent(nothing{a='x',b=~'y',c='1',c='2'})", [["x", 1]]],
    ["scalar(g)", Number.NaN],
    ["scalar(line)", 100],
    ["vector(time())", 100],
    ["minute(vector(3661)) + hour(vector(7200)) * 100", 201],
    [
      "day_of_week(vector(0)) + day_of_month(vector(0)) * 10 + month(vector(0)) * 100 + year(vector(0)) * 1000",
      1970114,
    ],
    ["days_in_month(vector(0)) + day_of_year(vector(86400)) * 100", 231],
    [
      "label_replace(h, 'y', '$1-$1$2', 'm', '(.)(.*)')",
      [
        ["h", "a", "p", "p-p", 10],
        ["h", "b", "q", "q-q", 20],
      ],
    ],
    [
      "label_replace(h, 'm', '', 'm', 'p')",
      [
        ["h", "a", 10],
        ["h", "b", "q", 20],
      ],
    ],
    [
      "label_replace(h, 'a b', 'x', 'm', '.*')",
      "execution: invalid destination label name in label_replace(): a b",
    ],
    ["label_replace(h, 'y', 'x', 'm', '(')", "execution: invalid regular expression in label_replace(): ("],
    [
      "label_replace(h, 'x', 'same', 'm', '.*')",
      [
        ["h", "p", "same", 10],
        ["h", "q", "same", 20],
      ],
    ],
    ["label_replace(g, 'n', '', 'x', '.*') * 0 + label_replace(g, 'x', '', 'n', '.*')", []],
    [
      "label_join(h, 'y', '/', 'x', 'm')",
      [
        ["h", "a", "p", "a/p", 10],
        ["h", "b", "q", "b/q", 20],
      ],
    ],
    ["-{__name__=~'line|mixed'}", "execution: vector cannot contain metrics with the same labelset"],
    ["old", [["old", 7]]],
  ])("%s", (text, expected) => {
    expect(ask(text)).toEqual(expected);
  });
});

describe("PromQL's operators", () => {
  const duplicate =
    'execution: found duplicate series for the match group {} on the right hand-side of the operation: [{__name__="g", n="2", x="b"}, {__name__="g", n="1", x="a"}];many-to-many matching not allowed: matching labels must be unique on one side';
  it.each<[string, unknown]>([
    ["7 % 4 + 2 ^ 3 ^ 0", 5],
    ["-2 ^ 2", -4],
    ["-2 ^ 2 * 3", -12],
    ["(-2) ^ 2", 4],
    ["1 / 0", Number.POSITIVE_INFINITY],
    ["1 atan2 1", 0.785398],
    [
      "g + on (x) h",
      [
        ["a", 11],
        ["b", 22],
      ],
    ],
    [
      "g + ignoring (n, m) h",
      [
        ["a", 11],
        ["b", 22],
      ],
    ],
    ["g + h", []],
    [
      "g * on (x) group_left (m) h",
      [
        ["a", "1", "p", 10],
        ["b", "2", "q", 40],
      ],
    ],
    [
      "h * on (x) group_right (m) g",
      [
        ["a", "1", "p", 10],
        ["b", "2", "q", 40],
      ],
    ],
    ["line + on () g", duplicate],
    [
      "g + on () line",
      "execution: multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
    ],
    [
      "g * on () group_left (x, n) sum(line) without (x)",
      "execution: multiple matches for labels: grouping labels must ensure unique matches",
    ],
    ["g > 1", [["g", "b", "2", 2]]],
    ["1 < g", [["g", "b", "2", 2]]],
    [
      "g > bool 1",
      [
        ["a", "1", 0],
        ["b", "2", 1],
        ["c", "3", 0],
      ],
    ],
    ["1 >= bool 1", 1],
    [
      "h > on (x) g",
      [
        ["a", 10],
        ["b", 20],
      ],
    ],
    [
      "g and on (x) h",
      [
        ["g", "a", "1", 1],
        ["g", "b", "2", 2],
      ],
    ],
    ["g unless on (x) h", [["g", "c", "3", -3.5]]],
    [
      "(g > 1) or on (x) h",
      [
        ["g", "b", "2", 2],
        ["h", "a", "p", 10],
      ],
    ],
    ["sum(g) by (x) == 2", [["b", 2]]],
  ])("%s", (text, expected) => {
    expect(ask(text)).toEqual(expected);
  });
});

describe("the limits of a query", () => {
  it("stops a query that loads too much", () => {
    const store = new SeriesStore();
    const dense = store.seriesOf({ __name__: "dense" });
    for (let i = 0; i < 7_000; i++) dense?.append(i * 500, 1, 500);
    const query = { text: "count_over_time(dense[1h])", start: 3_500_000, end: 4_500_000, step: 1_000 };
    expect(() => rangeQuery({ store, defaultStep: 500 }, query)).toThrow(
      "query processing would load too many samples into memory in query execution",
    );
  });

  it("stops a query that takes too long, even one over nothing", () => {
    let now = 0;
    const clock = { monotonic: () => (now += 1_500) };
    const run = () => instantQuery({ ...deps, clock }, "count_over_time(nothing[1h:1ms])", NOW);
    expect(run).toThrow(new QueryError("timeout", "query timed out in expression evaluation"));
  });

  it("leaves steps without samples out of a range", () => {
    const ranges = rangeQuery(deps, { text: "old + 1", start: 0, end: 600_000, step: 100_000 });
    expect(ranges).toEqual([{ labels: {}, points: [0, 8, 100_000, 8, 200_000, 8] }]);
  });
});
