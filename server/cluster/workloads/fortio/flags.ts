import { parseGoDuration } from "../http/go-duration.ts";
import { FORTIO_LIMITS } from "../limits.ts";

export const LEVELS = ["Debug", "Verbose", "Info", "Warning", "Error", "Critical", "Fatal"] as const;
export type Level = (typeof LEVELS)[number];

/** What `fortio load` and `fortio curl` understand; anything else is refused by name. */
export interface FortioFlags {
  readonly url: URL;
  readonly connections: number;
  /** 0: as fast as it goes. */
  readonly qps: number;
  /** 0: until the duration is over. */
  readonly calls: number;
  readonly durationMs: number;
  readonly percentiles: readonly number[];
  readonly resolution: number;
  readonly timeoutMs: number;
  readonly level: Level;
  readonly quiet: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
  readonly method: string;
  readonly keepAlive: boolean;
  readonly allowInitialErrors: boolean;
  readonly logErrors: boolean;
}

export class FlagError extends Error {}

const BOOLEANS = new Set([
  "quiet",
  "k",
  "https-insecure",
  "keepalive",
  "allow-initial-errors",
  "log-errors",
  "jitter",
  "uniform",
  "nocatchup",
  "stdclient",
  "a",
  "curl",
  "sequential-warmup",
  "logger-no-color",
  "logger-force-color",
  "logger-json",
  "L",
]);
const VALUES = new Set([
  "c",
  "qps",
  "n",
  "t",
  "p",
  "r",
  "timeout",
  "loglevel",
  "H",
  "payload",
  "content-type",
  "X",
  "labels",
  "user",
  "runid",
  "gomaxprocs",
  "httpbufferkb",
  "http-port",
]);
/** Of those above, what would change the run and is not there. */
const REFUSED = new Set(["L", "curl", "a"]);

export function parseFlags(args: readonly string[]): FortioFlags {
  const { values, headers, rest } = split(args);
  const [target, ...more] = rest;
  if (target === undefined || more.length > 0)
    throw new FlagError("Error: fortio load/curl needs a URL or destination");
  const duration = (name: string, fallback: number) => parseGoDuration(values.get(name) ?? "") ?? fallback;
  const number = (name: string, fallback: number) => Number(values.get(name) ?? fallback) || 0;
  const payload = values.get("payload") ?? "";
  const user = values.get("user");
  return {
    url: urlOf(target),
    connections: Math.min(Math.max(1, number("c", 4)), FORTIO_LIMITS.connections),
    qps: number("qps", 8),
    calls: Math.min(number("n", 0), FORTIO_LIMITS.calls),
    durationMs: duration("t", 5000),
    percentiles: (values.get("p") ?? "50,75,90,99,99.9").split(",").map(Number),
    resolution: number("r", 0.001) || 0.001,
    timeoutMs: duration("timeout", 3000),
    level: levelOf(values.get("loglevel"), values.has("quiet")),
    quiet: values.get("quiet") === "true",
    headers: {
      "user-agent": "fortio.org/fortio-1.60.3",
      ...(payload ? { "content-type": values.get("content-type") ?? "application/octet-stream" } : {}),
      ...(user === undefined ? {} : { authorization: `Basic ${Buffer.from(user).toString("base64")}` }),
      ...headers,
    },
    payload,
    method: values.get("X") ?? (payload || values.has("content-type") ? "POST" : "GET"),
    keepAlive: values.get("keepalive") !== "false",
    allowInitialErrors: values.get("allow-initial-errors") === "true",
    logErrors: values.get("log-errors") !== "false",
  };
}

function split(args: readonly string[]) {
  const values = new Map<string, string>();
  const headers: Record<string, string> = {};
  const rest: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? "";
    if (!word.startsWith("-") || rest.length > 0) {
      rest.push(word);
      continue;
    }
    const [, name = "", , inline] = /^--?([^=]+)(=(.*))?$/.exec(word) ?? [];
    if (REFUSED.has(name)) throw new FlagError(`fortio: -${name} is not supported by the practice cluster`);
    if (BOOLEANS.has(name)) values.set(name, inline ?? "true");
    else if (VALUES.has(name)) {
      const value = inline ?? args[++index];
      if (value === undefined) throw new FlagError(`flag needs an argument: -${name}`);
      if (name === "H") Object.assign(headers, headerOf(value));
      else values.set(name, value);
    } else throw new FlagError(`fortio: -${name} is not supported by the practice cluster`);
  }
  return { values, headers, rest };
}

function headerOf(text: string): Record<string, string> {
  const cut = text.indexOf(":");
  if (cut < 0) throw new FlagError(`invalid extra header '${text}', expecting Key: Value`);
  return { [text.slice(0, cut).trim().toLowerCase()]: text.slice(cut + 1).trim() };
}

function urlOf(target: string): URL {
  const whole = /^https?:\/\//.test(target) ? target : `http://${target}`;
  if (/^(tcp|udp|grpc):/.test(target) || whole.startsWith("https:"))
    throw new FlagError(
      `fortio: ${target.split(":")[0]} destinations are not supported by the practice cluster`,
    );
  try {
    return new URL(whole);
  } catch {
    throw new FlagError(`Error: ${target} is not a URL`);
  }
}

function levelOf(text: string | undefined, quiet: boolean): Level {
  if (text === undefined) return quiet ? "Error" : "Info";
  const found = LEVELS.find((level) => level.toLowerCase() === text.toLowerCase());
  if (!found) throw new FlagError(`invalid value "${text}" for flag -loglevel`);
  return found;
}
