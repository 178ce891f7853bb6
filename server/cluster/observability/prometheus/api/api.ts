import type { Clock } from "../../../base/index.ts";
import { type Expression, type Matcher, QueryError } from "../promql/ast.ts";
import { parse } from "../promql/parse.ts";
import { instantQuery, type QueryDeps, rangeQuery } from "../promql/query.ts";
import { formatValue, type Value } from "../promql/value.ts";
import type { Scraper } from "../scrape/scraper.ts";
import { JOB } from "../scrape/targets.ts";
import type { SeriesStore } from "../storage/series-store.ts";
import { durationParameter, timeParameter } from "./parameters.ts";

export interface ApiDeps {
  readonly store: SeriesStore;
  readonly scraper: Scraper;
  readonly clock: Clock;
  readonly version: string;
  readonly defaultStep: () => number;
  readonly configText: () => string;
  readonly started: number;
}

export interface ApiAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly location?: string;
}

const data = (value: unknown): ApiAnswer => ({
  status: 200,
  type: "application/json",
  body: JSON.stringify({ status: "success", data: value }),
});
const text = (body: string, status = 200): ApiAnswer => ({ status, type: "text/plain; charset=utf-8", body });

/** Prometheus' HTTP API v1, the part that clients of a mesh use. */
export function answer(
  deps: ApiDeps,
  request: { readonly path: string; readonly parameters: URLSearchParams },
): ApiAnswer {
  try {
    return route(deps, request);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const message =
      error.type === "bad_data" && /parse error|expression|regexp/.test(error.message)
        ? `invalid parameter "query": ${error.message}`
        : error.message;
    return {
      status: error.type === "bad_data" ? 400 : 422,
      type: "application/json",
      body: JSON.stringify({ status: "error", errorType: error.type, error: message }),
    };
  }
}

function route(
  deps: ApiDeps,
  { path, parameters }: { path: string; parameters: URLSearchParams },
): ApiAnswer {
  const label = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(path)?.[1];
  if (label !== undefined) return data(labelValues(deps, label, parameters));
  switch (path) {
    case "/api/v1/query":
      return data(query(deps, parameters));
    case "/api/v1/query_range":
      return data(queryRange(deps, parameters));
    case "/api/v1/series":
      return data(chosen(deps, parameters).map((one) => one.labels));
    case "/api/v1/labels":
      return data([...new Set(chosen(deps, parameters).flatMap((one) => Object.keys(one.labels)))].sort());
    case "/api/v1/targets":
      return data(targets(deps));
    case "/api/v1/metadata":
      return data({});
    case "/api/v1/rules":
      return data({ groups: [] });
    case "/api/v1/alerts":
      return data({ alerts: [] });
    case "/api/v1/query_exemplars":
      return data([]);
    case "/api/v1/status/buildinfo":
      return data({
        version: deps.version,
        revision: "practice",
        branch: "HEAD",
        buildUser: "",
        buildDate: "",
        goVersion: "",
      });
    case "/api/v1/status/config":
      return data({ yaml: deps.configText() });
    case "/api/v1/status/flags":
      return data({
        "query.lookback-delta": "5m",
        "query.max-samples": "5000000",
        "storage.tsdb.retention.time": "1h",
      });
    case "/api/v1/status/runtimeinfo":
      return data({
        startTime: new Date(deps.started).toISOString(),
        reloadConfigSuccess: true,
        storageRetention: "1h",
      });
    case "/-/healthy":
      return text("Prometheus Server is Healthy.\n");
    case "/-/ready":
      return text("Prometheus Server is Ready.\n");
    case "/-/reload":
    case "/metrics":
      return text(path === "/metrics" ? ownMetrics(deps) : "");
    case "/":
      return { status: 302, type: "text/plain", body: "", location: "/graph" };
    case "/graph":
      return text(
        "The page of Prometheus is not supported by the practice cluster; its HTTP API is: /api/v1/query?query=up\n",
        404,
      );
    default:
      return text("404 page not found\n", 404);
  }
}

function query(deps: ApiDeps, parameters: URLSearchParams): object {
  const time = timeParameter(parameters, "time", deps.clock.now());
  const value = instantQuery(scope(deps), parameters.get("query") ?? "", time);
  return { resultType: value.type, result: result(value, time) };
}

function result(value: Value, time: number): unknown {
  switch (value.type) {
    case "scalar":
      return [time / 1000, formatValue(value.value)];
    case "string":
      return [time / 1000, value.value];
    case "vector":
      return value.samples.map((one) => ({
        metric: one.labels,
        value: [time / 1000, formatValue(one.value)],
      }));
    case "matrix":
      return value.series.map((one) => ({ metric: one.labels, values: pairs(one.points) }));
  }
}

function pairs(points: readonly number[]): [number, string][] {
  const list: [number, string][] = [];
  for (let i = 0; i + 1 < points.length; i += 2)
    list.push([(points[i] ?? 0) / 1000, formatValue(points[i + 1] ?? Number.NaN)]);
  return list;
}

function queryRange(deps: ApiDeps, parameters: URLSearchParams): object {
  const ranges = rangeQuery(scope(deps), {
    text: parameters.get("query") ?? "",
    start: timeParameter(parameters, "start"),
    end: timeParameter(parameters, "end"),
    step: durationParameter(parameters, "step"),
  });
  return {
    resultType: "matrix",
    result: ranges.map((one) => ({ metric: one.labels, values: pairs(one.points) })),
  };
}

const scope = (deps: ApiDeps): QueryDeps => ({ store: deps.store, defaultStep: deps.defaultStep() });

/** Series of any `match[]`; all of them when there is none. */
function chosen(deps: ApiDeps, parameters: URLSearchParams) {
  const selectors = parameters.getAll("match[]").map((one) => matchersOf(parse(one)));
  if (selectors.length === 0) return deps.store.select([]);
  return [...new Set(selectors.flatMap((matchers) => deps.store.select(matchers)))];
}

function matchersOf(expression: Expression): readonly Matcher[] {
  if (expression.kind === "selector") return expression.matchers;
  throw new QueryError("bad_data", 'invalid parameter "match[]": expected a vector selector');
}

function labelValues(deps: ApiDeps, label: string, parameters: URLSearchParams): readonly string[] {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label))
    throw new QueryError("bad_data", `invalid label name: "${label}"`);
  if (label === "__name__" && !parameters.has("match[]")) return deps.store.metricNames();
  const values = new Set(chosen(deps, parameters).map((one) => one.labels[label] ?? ""));
  values.delete("");
  return [...values].sort();
}

function targets(deps: ApiDeps): object {
  return {
    activeTargets: deps.scraper.states().map((state) => ({
      discoveredLabels: {
        __address__: `${state.target.address}:${state.target.port}`,
        __metrics_path__: state.target.path,
        job: JOB,
      },
      labels: state.target.labels,
      scrapePool: JOB,
      scrapeUrl: `http://${state.target.address}:${state.target.port}${state.target.path}`,
      globalUrl: `http://${state.target.address}:${state.target.port}${state.target.path}`,
      lastError: state.lastError,
      lastScrape: state.lastScrape ? new Date(state.lastScrape).toISOString() : "0001-01-01T00:00:00Z",
      lastScrapeDuration: state.duration,
      health: state.health,
      scrapeInterval: `${deps.defaultStep() / 1000}s`,
      scrapeTimeout: `${deps.defaultStep() / 1000}s`,
    })),
    droppedTargets: [],
    droppedTargetCounts: { [JOB]: 0 },
  };
}

function ownMetrics(deps: ApiDeps): string {
  return [
    "# TYPE prometheus_tsdb_head_series gauge",
    `prometheus_tsdb_head_series ${deps.store.size}`,
    `prometheus_practice_dropped_samples_total ${deps.store.droppedSamples}`,
    "# TYPE prometheus_build_info gauge",
    `prometheus_build_info{version="${deps.version}"} 1`,
    "",
  ].join("\n");
}
