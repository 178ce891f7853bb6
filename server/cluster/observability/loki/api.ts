// Loki's HTTP API: push as JSON, log queries, labels and series.
import { arrayOf, isObject, objectOf, stringOf, valueAt } from "../../apimachinery/index.ts";
import type { Clock } from "../../base/index.ts";
import { type Handle, type HttpAnswer, type HttpRequest, json, pageNotFound, plain } from "../http/index.ts";
import { MAX_LINE_LENGTH, MAX_QUERY_LIMIT } from "./limits.ts";
import type { Entry, LogStore, Stream } from "./log-store.ts";
import { type LogQuery, LogqlError, parseLogQuery } from "./logql.ts";

export interface LokiDeps {
  readonly store: LogStore;
  readonly clock: Clock;
  readonly version: string;
}

const success = (data: unknown): HttpAnswer => json({ status: "success", data });
const HOUR_NS = 3_600_000_000_000n;
const DEFAULT_LIMIT = 100;

export function lokiHandler(deps: LokiDeps): Handle {
  return (request) => {
    try {
      return route(deps, request);
    } catch (error) {
      if (error instanceof LogqlError) return plain(`${error.message}\n`, 400);
      throw error;
    }
  };
}

function route(deps: LokiDeps, request: HttpRequest): HttpAnswer {
  const { path, parameters } = request;
  const { store } = deps;
  const [, label] = /^\/loki\/api\/v1\/label\/([^/]+)\/values$/.exec(path) ?? [];
  if (label !== undefined) return success(labelValues(store, label));
  switch (path) {
    case "/ready":
      return plain("ready\n");
    case "/metrics":
      return plain(`# TYPE loki_practice_streams gauge\nloki_practice_streams ${store.streams.length}\n`);
    case "/loki/api/v1/status/buildinfo":
      return json({
        version: deps.version,
        revision: "practice",
        branch: "",
        buildUser: "",
        buildDate: "",
        goVersion: "",
      });
    case "/loki/api/v1/push":
      return push(deps, request);
    case "/loki/api/v1/labels":
    case "/loki/api/v1/label":
      return success([...new Set(store.streams.flatMap(({ labels }) => Object.keys(labels)))].sort());
    case "/loki/api/v1/series":
      return success(chosen(store, parameters).map(({ labels }) => labels));
    case "/loki/api/v1/query":
    case "/loki/api/v1/query_range":
      return success(queryLogs(deps, parameters));
    default:
      return pageNotFound;
  }
}

function push({ store }: LokiDeps, { method, headers, body }: HttpRequest): HttpAnswer {
  if (method !== "POST") return plain("405 method not allowed\n", 405);
  if (!String(headers["content-type"] ?? "").startsWith("application/json"))
    return plain("only application/json is supported by the practice cluster's Loki\n", 415);
  const streams = streamsOf(body.toString("utf8"));
  for (const { labels, entries } of streams) {
    if (entries.some(({ line }) => line.length > MAX_LINE_LENGTH))
      return plain("max entry size exceeded\n", 400);
    if (!store.push(labels, entries)) return plain("maximum active stream limit exceeded\n", 429);
  }
  return { status: 204, type: "text/plain; charset=utf-8", body: "" };
}

function streamsOf(body: string): readonly Stream[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (cause) {
    throw new LogqlError(`couldn't parse push request: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
  return arrayOf(valueAt(parsed, "streams"))
    .filter(isObject)
    .map((one) => ({
      labels: Object.fromEntries(
        Object.entries(objectOf(one.stream)).map(([name, value]) => [name, stringOf(value)]),
      ),
      entries: arrayOf(one.values).map(entryOf),
    }));
}

function entryOf(pair: unknown): Entry {
  const [time, line] = arrayOf(pair);
  if (typeof time !== "string" || !/^\d{1,20}$/.test(time) || typeof line !== "string")
    throw new LogqlError('couldn\'t parse push request: a value is ["<nanoseconds>", "<line>"]');
  return { time: BigInt(time), line };
}

const labelValues = (store: LogStore, label: string) =>
  [...new Set(store.streams.flatMap(({ labels }) => labels[label] ?? []))].sort();

function chosen(store: LogStore, parameters: URLSearchParams): readonly Stream[] {
  const queries: LogQuery[] = parameters.getAll("match[]").map(parseLogQuery);
  return store.streams.filter(
    ({ labels }) => queries.length === 0 || queries.some((one) => one.matches(labels)),
  );
}

function queryLogs({ store, clock }: LokiDeps, parameters: URLSearchParams): object {
  const { matches, keeps } = parseLogQuery(parameters.get("query") ?? "");
  const end = timeOf(parameters, "end") ?? timeOf(parameters, "time") ?? BigInt(clock.now()) * 1_000_000n;
  const start = timeOf(parameters, "start") ?? end - HOUR_NS;
  const asked = Number(parameters.get("limit") ?? DEFAULT_LIMIT);
  if (!Number.isInteger(asked) || asked <= 0) throw new LogqlError("limit must be a positive value");
  if (asked > MAX_QUERY_LIMIT)
    throw new LogqlError(
      `max entries limit per query exceeded, limit > max_entries_limit (${asked} > ${MAX_QUERY_LIMIT})`,
    );
  const forward = parameters.get("direction")?.toLowerCase() === "forward";
  const found = store.streams
    .filter(({ labels }) => matches(labels))
    .flatMap(({ labels, entries }) =>
      entries
        .filter((entry) => entry.time >= start && entry.time <= end && keeps(entry.line))
        .map((entry) => ({ labels, entry })),
    )
    .sort((a, b) => compare(a.entry.time, b.entry.time) * (forward ? 1 : -1))
    .slice(0, asked);
  const streams = new Map<object, [string, string][]>();
  for (const { labels, entry } of found) {
    const values = streams.get(labels) ?? [];
    values.push([String(entry.time), entry.line]);
    streams.set(labels, values);
  }
  const result = [...streams].map(([stream, values]) => ({ stream, values }));
  return { resultType: "streams", result, stats: {} };
}

const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);

/** Nanoseconds, seconds with a fraction, or RFC 3339. */
function timeOf(parameters: URLSearchParams, name: string): bigint | undefined {
  const text = parameters.get(name);
  if (text === null || text === "") return undefined;
  if (/^\d{11,20}$/.test(text)) return BigInt(text);
  const seconds = Number(text);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(text) : seconds * 1000;
  if (Number.isNaN(milliseconds)) throw new LogqlError(`could not parse '${name}' parameter: ${text}`);
  return BigInt(Math.round(milliseconds)) * 1_000_000n;
}
