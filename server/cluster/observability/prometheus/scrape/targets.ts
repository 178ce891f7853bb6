import type { ScrapeConfig } from "../config.ts";
import { durationText } from "../promql/duration.ts";
import { type LabelSet, relabel } from "./relabel.ts";

/** One address to scrape and what its series are labelled with. */
export interface Target {
  /** Equal for equal targets of one job. */
  readonly key: string;
  readonly job: ScrapeConfig;
  readonly scheme: string;
  readonly address: string;
  readonly port: number;
  /** With the query string. */
  readonly path: string;
  readonly labels: LabelSet;
  /** Before relabelling. */
  readonly discovered: LabelSet;
}

export const urlOf = ({ scheme, address, port, path }: Target) => `${scheme}://${address}:${port}${path}`;

/** What is discovered, with the job's defaults: `discoveredLabels` of the API. */
export function discoveredLabels(labels: LabelSet, job: ScrapeConfig): LabelSet {
  const defaults: Record<string, string> = {
    job: job.jobName,
    __scrape_interval__: durationText(job.interval),
    __scrape_timeout__: durationText(job.timeout),
    __metrics_path__: job.metricsPath,
    __scheme__: job.scheme,
  };
  for (const [name, values] of Object.entries(job.params)) defaults[`__param_${name}`] = values[0] ?? "";
  return { ...defaults, ...labels };
}

/** Follows scrape/target.go PopulateLabels. Undefined: dropped by a rule, or without an address. */
export function targetOf(labels: LabelSet, job: ScrapeConfig): Target | undefined {
  const discovered = discoveredLabels(labels, job);
  const kept = relabel(discovered, job.relabel);
  const whole = kept?.__address__ ?? "";
  if (!kept || whole === "") return undefined;
  const scheme = kept.__scheme__ ?? "http";
  const [, host = whole, digits] = /^(.*?)(?::(\d+))?$/.exec(whole) ?? [];
  const port = digits === undefined ? (scheme === "https" ? 443 : 80) : Number(digits);
  if (port < 1 || port > 65_535) return undefined;
  const own: Record<string, string> = { instance: digits === undefined ? `${host}:${port}` : whole };
  for (const [name, value] of Object.entries(kept))
    if (!name.startsWith("__") && value !== "") own[name] = value;
  const path = `${kept.__metrics_path__ ?? "/metrics"}${queryOf(kept, job)}`;
  const key = JSON.stringify([job.jobName, scheme, whole, path, Object.entries(own).sort(byName)]);
  return { key, job, scheme, address: host, port, path, labels: own, discovered };
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]) => (a < b ? -1 : 1);

function queryOf(labels: LabelSet, job: ScrapeConfig): string {
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(job.params))
    for (const value of values.slice(1)) query.append(name, value);
  for (const [name, value] of Object.entries(labels))
    if (name.startsWith("__param_")) query.append(name.slice("__param_".length), value);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
