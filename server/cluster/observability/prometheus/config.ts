import { load } from "js-yaml";
import { arrayOf, isObject, type JsonObject, objectOf, stringOf, valueAt } from "../../apimachinery/index.ts";
import { parseDuration } from "./promql/duration.ts";
import { type LabelSet, type RelabelRule, relabelRules } from "./scrape/relabel.ts";

export const DEFAULT_INTERVAL = 15_000;
const DEFAULT_TIMEOUT = 10_000;
const LEAST_INTERVAL = 500;

export const ROLES = ["pod", "endpoints", "service", "node"] as const;
export type Role = (typeof ROLES)[number];

export interface ScrapeConfig {
  readonly jobName: string;
  readonly interval: number;
  readonly timeout: number;
  readonly scheme: string;
  readonly metricsPath: string;
  readonly params: Readonly<Record<string, readonly string[]>>;
  readonly honorLabels: boolean;
  readonly relabel: readonly RelabelRule[];
  readonly metricRelabel: readonly RelabelRule[];
  readonly staticTargets: readonly { readonly address: string; readonly labels: LabelSet }[];
  readonly roles: readonly { readonly role: Role; readonly namespaces: readonly string[] }[];
}

/** What this Prometheus reads of its configuration file: global intervals and jobs with static and Kubernetes targets. */
export interface PrometheusConfig {
  readonly text: string;
  readonly scrapeInterval: number;
  readonly evaluationInterval: number;
  readonly jobs: readonly ScrapeConfig[];
  /** Paths, `*` in the last part. */
  readonly ruleFiles: readonly string[];
  /** What the file asks for and is passed over here; for the log. */
  readonly unsupported: readonly string[];
}

/** Throws an error in Prometheus' words when the file cannot be used. */
export function readConfig(text: string): PrometheusConfig {
  const parsed: unknown = load(text);
  const global = objectOf(valueAt(parsed, "global"));
  const interval = duration(global.scrape_interval) ?? DEFAULT_INTERVAL;
  const timeout = duration(global.scrape_timeout) ?? Math.min(DEFAULT_TIMEOUT, interval);
  const unsupported: string[] = [];
  const names = new Set<string>();
  const jobs = arrayOf(valueAt(parsed, "scrape_configs"))
    .filter(isObject)
    .map((source) => {
      const job = jobOf(source, { interval, timeout, unsupported });
      if (names.has(job.jobName))
        throw new Error(`parsing YAML file: found multiple scrape configs with job name "${job.jobName}"`);
      names.add(job.jobName);
      return job;
    });
  if (valueAt(parsed, "remote_write") !== undefined) unsupported.push("remote_write");
  if (valueAt(parsed, "remote_read") !== undefined) unsupported.push("remote_read");
  if (valueAt(parsed, "alerting") !== undefined) unsupported.push("alerting");
  return {
    text,
    scrapeInterval: interval,
    evaluationInterval: duration(global.evaluation_interval) ?? 60_000,
    jobs,
    ruleFiles: arrayOf(valueAt(parsed, "rule_files")).map(String),
    unsupported,
  };
}

interface Defaults {
  readonly interval: number;
  readonly timeout: number;
  readonly unsupported: string[];
}

function jobOf(source: JsonObject, { interval, timeout, unsupported }: Defaults): ScrapeConfig {
  const jobName = stringOf(source.job_name);
  if (jobName === "") throw new Error("parsing YAML file: job_name is empty");
  const own = duration(source.scrape_interval) ?? interval;
  const wait = duration(source.scrape_timeout) ?? Math.min(timeout, own);
  if (wait > own)
    throw new Error(
      `parsing YAML file: scrape timeout greater than scrape interval for scrape config with job name "${jobName}"`,
    );
  for (const key of Object.keys(source))
    if (/_sd_configs$/.test(key) && key !== "kubernetes_sd_configs")
      unsupported.push(`${key} of job ${jobName}`);
  return {
    jobName,
    interval: own,
    timeout: wait,
    scheme: stringOf(source.scheme) || "http",
    metricsPath: stringOf(source.metrics_path) || "/metrics",
    params: Object.fromEntries(
      Object.entries(objectOf(source.params)).map(([name, list]) => [name, arrayOf(list).map(String)]),
    ),
    honorLabels: source.honor_labels === true,
    relabel: relabelRules(source.relabel_configs),
    metricRelabel: relabelRules(source.metric_relabel_configs),
    staticTargets: arrayOf(source.static_configs).flatMap((group) => staticTargets(objectOf(group))),
    roles: arrayOf(source.kubernetes_sd_configs).flatMap((one) =>
      roleOf(objectOf(one), { jobName, unsupported }),
    ),
  };
}

function staticTargets({ targets, labels }: JsonObject) {
  const own = Object.fromEntries(
    Object.entries(objectOf(labels)).map(([name, value]) => [name, String(value)]),
  );
  return arrayOf(targets).map((address) => ({ address: String(address), labels: own }));
}

function roleOf(source: JsonObject, to: { readonly jobName: string; readonly unsupported: string[] }) {
  const role = ROLES.find((one) => one === source.role);
  if (role) return [{ role, namespaces: arrayOf(valueAt(source, "namespaces", "names")).map(String) }];
  if (source.role !== "ingress" && source.role !== "endpointslice")
    throw new Error(`parsing YAML file: unknown Kubernetes SD role "${stringOf(source.role)}"`);
  to.unsupported.push(`role ${source.role} of job ${to.jobName}`);
  return [];
}

function duration(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const milliseconds = typeof value === "string" ? parseDuration(value) : undefined;
  if (milliseconds === undefined)
    throw new Error(`parsing YAML file: not a valid duration string: ${JSON.stringify(value)}`);
  return Math.max(LEAST_INTERVAL, milliseconds);
}
