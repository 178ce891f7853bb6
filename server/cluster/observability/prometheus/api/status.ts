// What Prometheus says of itself: build, flags, configuration, memory, targets.

import { LOOKBACK_MS, MAX_QUERY_SAMPLES, MAX_SERIES, QUERY_TIMEOUT_MS, RETENTION_MS } from "../limits.ts";
import { durationText } from "../promql/duration.ts";
import { urlOf } from "../scrape/targets.ts";
import type { ApiDeps } from "./deps.ts";

export const buildInfo = ({ version }: ApiDeps) => ({
  version,
  revision: "practice",
  branch: "HEAD",
  buildUser: "",
  buildDate: "",
  goVersion: "",
});

export function flags({ flags: given }: ApiDeps): Readonly<Record<string, string>> {
  const own = given.map((one) => /^--([^=]+)(?:=(.*))?$/.exec(one)).filter((one) => one !== null);
  return {
    "config.file": "/etc/config/prometheus.yml",
    "web.listen-address": "0.0.0.0:9090",
    ...Object.fromEntries(own.map(([, name = "", value]) => [name, value ?? "true"])),
    // Where the practice cluster differs from what was asked for, it says what holds.
    "query.lookback-delta": durationText(LOOKBACK_MS),
    "query.max-samples": String(MAX_QUERY_SAMPLES),
    "query.timeout": durationText(QUERY_TIMEOUT_MS),
    "storage.tsdb.retention.time": durationText(RETENTION_MS),
  };
}

export const runtimeInfo = ({ started, reloaded, store }: ApiDeps) => ({
  startTime: new Date(started).toISOString(),
  CWD: "/prometheus",
  reloadConfigSuccess: reloaded(),
  lastConfigTime: new Date(started).toISOString(),
  corruptionCount: 0,
  goroutineCount: 0,
  GOMAXPROCS: 1,
  GOGC: "",
  GODEBUG: "",
  storageRetention: durationText(RETENTION_MS),
  timeSeriesCount: store.size,
  maxTimeSeriesCount: MAX_SERIES,
});

const TOP = 10;

export function tsdb({ store }: ApiDeps): object {
  const byName = new Map<string, number>();
  const byLabel = new Map<string, Set<string>>();
  const byPair = new Map<string, number>();
  let [minTime, maxTime] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const series of store.select([])) {
    byName.set(series.labels.__name__ ?? "", (byName.get(series.labels.__name__ ?? "") ?? 0) + 1);
    minTime = Math.min(minTime, series.firstTime);
    maxTime = Math.max(maxTime, series.lastTime);
    for (const [name, value] of Object.entries(series.labels)) {
      byLabel.set(name, (byLabel.get(name) ?? new Set()).add(value));
      byPair.set(`${name}=${value}`, (byPair.get(`${name}=${value}`) ?? 0) + 1);
    }
  }
  const top = (entries: Iterable<readonly [string, number]>) =>
    [...entries]
      .sort(([, a], [, b]) => b - a)
      .slice(0, TOP)
      .map(([name, value]) => ({ name, value }));
  return {
    headStats: {
      numSeries: store.size,
      numLabelPairs: byPair.size,
      chunkCount: store.size,
      minTime: Number.isFinite(minTime) ? minTime : 0,
      maxTime: Number.isFinite(maxTime) ? maxTime : 0,
    },
    seriesCountByMetricName: top(byName),
    labelValueCountByLabelName: top([...byLabel].map(([name, values]) => [name, values.size])),
    memoryInBytesByLabelName: top(
      [...byLabel].map(([name, values]) => [name, [...values].reduce((sum, one) => sum + one.length, 0)]),
    ),
    seriesCountByLabelValuePair: top(byPair),
  };
}

export function targets({ scraper, dropped }: ApiDeps, parameters: URLSearchParams): object {
  const state = parameters.get("state") ?? "any";
  const pool = parameters.get("scrapePool");
  const active = scraper.states().filter(({ target }) => pool === null || target.job.jobName === pool);
  const gone = dropped();
  return {
    activeTargets: state === "dropped" ? [] : active.map(activeTarget),
    droppedTargets:
      state === "active"
        ? []
        : gone.flatMap(({ labels }) => labels.map((one) => ({ discoveredLabels: one }))),
    droppedTargetCounts: Object.fromEntries(gone.map(({ job, count }) => [job, count])),
  };
}

type State = ReturnType<ApiDeps["scraper"]["states"]>[number];

function activeTarget({ target, ...state }: State): object {
  return {
    discoveredLabels: target.discovered,
    labels: target.labels,
    scrapePool: target.job.jobName,
    scrapeUrl: urlOf(target),
    globalUrl: urlOf(target),
    lastError: state.lastError,
    lastScrape: state.lastScrape ? new Date(state.lastScrape).toISOString() : "0001-01-01T00:00:00Z",
    lastScrapeDuration: state.duration,
    health: state.health,
    scrapeInterval: durationText(target.job.interval),
    scrapeTimeout: durationText(target.job.timeout),
  };
}

export function ownMetrics({ store, scraper, version, reloaded }: ApiDeps): string {
  return [
    "# HELP prometheus_build_info A metric with a constant '1' value labeled by version.",
    "# TYPE prometheus_build_info gauge",
    `prometheus_build_info{version="${version}"} 1`,
    "# TYPE prometheus_config_last_reload_successful gauge",
    `prometheus_config_last_reload_successful ${Number(reloaded())}`,
    "# TYPE prometheus_tsdb_head_series gauge",
    `prometheus_tsdb_head_series ${store.size}`,
    "# TYPE prometheus_sd_discovered_targets gauge",
    `prometheus_sd_discovered_targets ${scraper.states().length}`,
    "# TYPE prometheus_practice_dropped_samples_total counter",
    `prometheus_practice_dropped_samples_total ${store.droppedSamples}`,
    "",
  ].join("\n");
}
