import { MAX_ALERTS } from "../limits.ts";
import { keyOf, type Sample, withoutName } from "../promql/value.ts";
import type { Labels } from "../storage/series.ts";
import type { AlertingRule } from "./read-rules.ts";
import { expanded } from "./template.ts";

export interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: "pending" | "firing";
  /** Wall clock. */
  readonly activeAt: number;
  readonly value: number;
}

/** What the alerts of a rule become when its expression gives these samples now (rules/alerting.go Eval). */
export function nextAlerts(
  before: ReadonlyMap<string, Alert>,
  rule: AlertingRule,
  found: { readonly samples: readonly Sample[]; readonly now: number },
): ReadonlyMap<string, Alert> {
  const after = new Map<string, Alert>();
  for (const sample of found.samples.slice(0, MAX_ALERTS)) {
    const of = { labels: sample.labels, value: sample.value };
    const own = Object.fromEntries(
      Object.entries(rule.labels).map(([name, text]) => [name, expanded(text, of)]),
    );
    const labels = { ...withoutName(sample.labels), ...own, alertname: rule.name };
    const annotations = Object.fromEntries(
      Object.entries(rule.annotations).map(([name, text]) => [name, expanded(text, of)]),
    );
    const key = keyOf(labels);
    const activeAt = before.get(key)?.activeAt ?? found.now;
    const state = found.now - activeAt >= rule.hold ? "firing" : "pending";
    after.set(key, { labels, annotations, state, activeAt, value: sample.value });
  }
  return after;
}

/** ALERTS and ALERTS_FOR_STATE, as Prometheus keeps them of each alert. */
export function alertSamples(alerts: Iterable<Alert>): readonly Sample[] {
  return [...alerts].flatMap(({ labels, state, activeAt }) => [
    { labels: { ...labels, __name__: "ALERTS", alertstate: state }, value: 1 },
    { labels: { ...labels, __name__: "ALERTS_FOR_STATE" }, value: Math.floor(activeAt / 1000) },
  ]);
}
