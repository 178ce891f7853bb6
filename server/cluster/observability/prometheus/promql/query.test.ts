import { describe, expect, it } from "vitest";
import { SeriesStore } from "../storage/series-store.ts";
import { QueryError } from "./ast.ts";
import { instantQuery, rangeQuery } from "./query.ts";

const STEP = 15_000;
const NOW = 300_000;

/** Twenty-one samples up to NOW: value(i) at i × 15 s. */
function store(): SeriesStore {
  const made = new SeriesStore();
  const put = (labels: Record<string, string>, value: (i: number) => number) => {
    const series = made.seriesOf(labels);
    for (let i = 0; i <= 20; i++)
      if (series) made.append(series, { time: i * STEP, value: value(i), step: STEP });
  };
  put({ __name__: "requests_total", job: "a", code: "200" }, (i) => i * 15);
  put({ __name__: "requests_total", job: "a", code: "500" }, (i) => i * 5);
  put({ __name__: "requests_total", job: "b", code: "200" }, (i) => (i < 10 ? i * 10 : (i - 10) * 10));
  put({ __name__: "up", job: "a" }, () => 1);
  put({ __name__: "up", job: "b" }, () => 0);
  put({ __name__: "owner", job: "a", team: "red" }, () => 1);
  for (const [le, share] of [
    ["0.5", 1],
    ["1", 3],
    ["5", 4],
    ["+Inf", 4],
  ] as const)
    put({ __name__: "took_bucket", le }, (i) => i * share);
  return made;
}

const deps = { store: store(), defaultStep: STEP };

function ask(text: string): unknown {
  try {
    const value = instantQuery(deps, text, NOW);
    if (value.type === "vector")
      return value.samples.map((one) => [one.labels, Math.round(one.value * 1000) / 1000]);
    return value.type === "matrix" ? value.series.map((one) => one.points.length / 2) : value.value;
  } catch (error) {
    if (error instanceof QueryError) return `${error.type}: ${error.message}`;
    throw error;
  }
}

describe("PromQL", () => {
  it.each<[string, unknown]>([
    [
      "up",
      [
        [{ __name__: "up", job: "a" }, 1],
        [{ __name__: "up", job: "b" }, 0],
      ],
    ],
    ['up{job="a"}', [[{ __name__: "up", job: "a" }, 1]]],
    ['up{job!="a"}', [[{ __name__: "up", job: "b" }, 0]]],
    ['up{job=~"a|c"}', [[{ __name__: "up", job: "a" }, 1]]],
    ['{__name__="up",job="a"}', [[{ __name__: "up", job: "a" }, 1]]],
    ["nothing", []],
    ["1 + 2 * 3 ^ 2", 19],
    [
      "-up",
      [
        [{ job: "a" }, -1],
        [{ job: "b" }, -0],
      ],
    ],
    [
      "rate(requests_total[1m])",
      [
        [{ job: "a", code: "200" }, 1],
        [{ job: "a", code: "500" }, 0.333],
        [{ job: "b", code: "200" }, 0.667],
      ],
    ],
    ['increase(requests_total{code="500"}[2m])', [[{ job: "a", code: "500" }, 40]]],
    ["sum(rate(requests_total[1m]))", [[{}, 2]]],
    [
      "sum by (job) (rate(requests_total[1m]))",
      [
        [{ job: "a" }, 1.333],
        [{ job: "b" }, 0.667],
      ],
    ],
    [
      "sum(rate(requests_total[1m])) without (code)",
      [
        [{ job: "a" }, 1.333],
        [{ job: "b" }, 0.667],
      ],
    ],
    ["count(requests_total)", [[{}, 3]]],
    [
      "max by (code) (requests_total)",
      [
        [{ code: "200" }, 300],
        [{ code: "500" }, 100],
      ],
    ],
    ["topk(1, requests_total)", [[{ __name__: "requests_total", job: "a", code: "200" }, 300]]],
    ["requests_total > 100", [[{ __name__: "requests_total", job: "a", code: "200" }, 300]]],
    [
      "up == bool 1",
      [
        [{ job: "a" }, 1],
        [{ job: "b" }, 0],
      ],
    ],
    ["up unless up == 0", [[{ __name__: "up", job: "a" }, 1]]],
    [
      'up{job="a"} or up',
      [
        [{ __name__: "up", job: "a" }, 1],
        [{ __name__: "up", job: "b" }, 0],
      ],
    ],
    [
      "requests_total * on (job) group_left (team) owner",
      [
        [{ job: "a", code: "200", team: "red" }, 300],
        [{ job: "a", code: "500", team: "red" }, 100],
      ],
    ],
    ['sum(requests_total{code="500"}) / sum(requests_total)', [[{}, 0.2]]],
    ["histogram_quantile(0.5, rate(took_bucket[1m]))", [[{}, 0.75]]],
    ["histogram_quantile(0.99, sum(took_bucket) by (le))", [[{}, 4.84]]],
    [
      'label_replace(up{job="a"}, "who", "x-$1", "job", "(.*)")',
      [[{ __name__: "up", job: "a", who: "x-a" }, 1]],
    ],
    [
      'requests_total{job="a",code="200"} offset 1m',
      [[{ __name__: "requests_total", job: "a", code: "200" }, 240]],
    ],
    ["requests_total[1m]", [4, 4, 4]],
    [
      "max_over_time(up[1m])",
      [
        [{ job: "a" }, 1],
        [{ job: "b" }, 1 - 1],
      ],
    ],
    ['changes(requests_total{code="500"}[1m])', [[{ job: "a", code: "500" }, 3]]],
    ["max_over_time(sum(rate(requests_total[1m]))[2m:30s])", [[{}, 2]]],
    ['absent(nothing{job="x"})', [[{ job: "x" }, 1]]],
    ['scalar(up{job="a"})', 1],
    ["vector(2)", [[{}, 2]]],
    ["time()", 300],
    ["", "bad_data: unknown position: parse error: no expression found in input"],
    ["sum(up", "bad_data: 1:7: parse error: unclosed left parenthesis"],
    [
      "rate(up)",
      'bad_data: 1:6: parse error: expected type range vector in call to function "rate", got instant vector',
    ],
    ["{}", "bad_data: 1:1: parse error: vector selector must contain at least one non-empty matcher"],
    ["1 == 1", "bad_data: 1:3: parse error: comparisons between scalars must use BOOL modifier"],
    [
      "up + on () up",
      'execution: found duplicate series for the match group {} on the right hand-side of the operation: [{__name__="up", job="b"}, {__name__="up", job="a"}];many-to-many matching not allowed: matching labels must be unique on one side',
    ],
  ])("%s", (text, expected) => {
    expect(ask(text)).toEqual(expected);
  });

  it("answers a range query step by step", () => {
    const ranges = rangeQuery(deps, {
      text: 'requests_total{code="500"}',
      start: 0,
      end: 60_000,
      step: 30_000,
    });
    expect(ranges).toEqual([
      {
        labels: { __name__: "requests_total", job: "a", code: "500" },
        points: [0, 0, 30_000, 10, 60_000, 20],
      },
    ]);
  });

  it("refuses more points than Prometheus would", () => {
    expect(() => rangeQuery(deps, { text: "up", start: 0, end: 12_000_000, step: 1_000 })).toThrow(
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
    );
  });

  it("stops showing a series that went stale", () => {
    const own = new SeriesStore();
    const series = own.seriesOf({ __name__: "up" });
    if (series) own.append(series, { time: 0, value: 1, step: STEP });
    series?.markStale(STEP);
    expect(instantQuery({ store: own, defaultStep: STEP }, "up", STEP)).toEqual({
      type: "vector",
      samples: [],
    });
  });
});
