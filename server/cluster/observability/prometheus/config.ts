import { load } from "js-yaml";
import { parseDuration } from "./promql/duration.ts";

export const DEFAULT_INTERVAL = 15_000;
const LEAST_INTERVAL = 500;

/** What this Prometheus reads of its configuration file: the global scrape interval. Jobs other than pods are left out. */
export interface PrometheusConfig {
  readonly text: string;
  readonly scrapeInterval: number;
}

/** Throws an error in Prometheus' words when the file cannot be used. */
export function readConfig(text: string): PrometheusConfig {
  const parsed: unknown = load(text);
  const global = field(parsed, "global");
  const interval = field(global, "scrape_interval");
  if (interval === undefined) return { text, scrapeInterval: DEFAULT_INTERVAL };
  const milliseconds = typeof interval === "string" ? parseDuration(interval) : undefined;
  if (milliseconds === undefined)
    throw new Error(`parsing YAML file: not a valid duration string: ${JSON.stringify(interval)}`);
  return { text, scrapeInterval: Math.max(LEAST_INTERVAL, milliseconds) };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
