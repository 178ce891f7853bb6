import { parseGoDuration } from "../http/go-duration.ts";

/** What the environment says, with fake-service's defaults. */
export interface Settings {
  readonly name: string;
  readonly message: string;
  readonly serverType: string;
  readonly listenPort: number;
  readonly listenAddress: string;
  readonly upstreams: readonly string[];
  readonly upstreamWorkers: number;
  readonly appendRequest: boolean;
  readonly requestTimeoutMs: number;
  readonly timing: {
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly variance: number;
  };
  readonly errors: {
    readonly rate: number;
    readonly type: string;
    readonly code: number;
    readonly delayMs: number;
  };
  readonly rateLimit: { readonly perSecond: number; readonly code: number };
}

export function readSettings(env: Readonly<Record<string, string>>): Settings {
  const duration = (name: string, fallback: number) => parseGoDuration(env[name] ?? "") ?? fallback;
  const number = (name: string, fallback: number) => {
    const value = Number(env[name] ?? "");
    return env[name] && Number.isFinite(value) ? value : fallback;
  };
  const listenAddress = env.LISTEN_ADDR ?? "0.0.0.0:9090";
  return {
    name: env.NAME ?? "Service",
    message: env.MESSAGE ?? "Hello World",
    serverType: env.SERVER_TYPE ?? "http",
    listenAddress,
    listenPort: Number(listenAddress.slice(listenAddress.lastIndexOf(":") + 1)),
    upstreams: (env.UPSTREAM_URIS ?? "")
      .split(",")
      .map((uri) => uri.trim())
      .filter(Boolean),
    upstreamWorkers: Math.max(1, number("UPSTREAM_WORKERS", 1)),
    appendRequest: (env.HTTP_CLIENT_APPEND_REQUEST ?? "true") === "true",
    requestTimeoutMs: duration("HTTP_CLIENT_REQUEST_TIMEOUT", 30_000),
    timing: {
      p50: duration("TIMING_50_PERCENTILE", 0),
      p90: duration("TIMING_90_PERCENTILE", 0),
      p99: duration("TIMING_99_PERCENTILE", 0),
      variance: number("TIMING_VARIANCE", 0),
    },
    errors: {
      rate: number("ERROR_RATE", 0),
      type: env.ERROR_TYPE ?? "http_error",
      code: number("ERROR_CODE", 500),
      delayMs: duration("ERROR_DELAY", 0),
    },
    rateLimit: { perSecond: number("RATE_LIMIT", 0), code: number("RATE_LIMIT_CODE", 503) },
  };
}
