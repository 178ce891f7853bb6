import { SERIES_PER_METRIC } from "../limits.ts";

export type Labels = Readonly<Record<string, string>>;

const keys = new WeakMap<Labels, string>();

/** Labels that will be counted by again and again: their key is made once. Must not change afterwards. */
export function fixedLabels(labels: Labels): Labels {
  keys.set(labels, makeKey(labels));
  return labels;
}

interface Counter {
  readonly labels: Labels;
  value: number;
}

interface Histogram {
  readonly labels: Labels;
  readonly buckets: Float64Array;
  sum: number;
  count: number;
}

/** Upper bounds of Envoy's default histogram buckets, as its Prometheus page prints them (in the metric's own unit). */
export const HISTOGRAM_BOUNDS = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000,
  3600000,
] as const;

/** Counters, gauges and histograms by label set, and their Prometheus text. */
export class MetricStore {
  private readonly counters = new Map<string, Map<string, Counter>>();
  private readonly gauges = new Map<string, Map<string, Counter>>();
  private readonly histograms = new Map<string, Map<string, Histogram>>();
  private dropped = 0;

  add(name: string, labels: Labels, amount = 1): void {
    const counter = this.at(this.counters, name, labels, () => ({ labels, value: 0 }));
    if (counter) counter.value += amount;
  }

  set(name: string, labels: Labels, value: number): void {
    const gauge = this.at(this.gauges, name, labels, () => ({ labels, value: 0 }));
    if (gauge) gauge.value = value;
  }

  move(name: string, labels: Labels, by: number): void {
    const gauge = this.at(this.gauges, name, labels, () => ({ labels, value: 0 }));
    if (gauge) gauge.value += by;
  }

  observe(name: string, labels: Labels, value: number): void {
    const histogram = this.at(this.histograms, name, labels, () => ({
      labels,
      buckets: new Float64Array(HISTOGRAM_BOUNDS.length),
      sum: 0,
      count: 0,
    }));
    if (!histogram) return;
    histogram.sum += value;
    histogram.count += 1;
    const at = HISTOGRAM_BOUNDS.findIndex((bound) => value <= bound);
    if (at >= 0) histogram.buckets[at] = (histogram.buckets[at] ?? 0) + 1;
  }

  value(name: string, labels: Labels): number {
    const key = keyOf(labels);
    return this.counters.get(name)?.get(key)?.value ?? this.gauges.get(name)?.get(key)?.value ?? 0;
  }

  /** Every counter and gauge; for `/stats`. */
  *plain(): Iterable<{ name: string; labels: Labels; value: number; type: "counter" | "gauge" }> {
    for (const [name, series] of this.counters)
      for (const one of series.values()) yield { name, ...one, type: "counter" };
    for (const [name, series] of this.gauges)
      for (const one of series.values()) yield { name, ...one, type: "gauge" };
  }

  /** Sets every counter back, as POST /reset_counters. */
  reset(): void {
    for (const series of this.counters.values()) for (const one of series.values()) one.value = 0;
  }

  /** Text exposition format 0.0.4, in the order of first use. */
  exposition(): string {
    const lines: string[] = [];
    for (const [name, series] of this.counters) {
      lines.push(`# TYPE ${name} counter`);
      for (const one of series.values()) lines.push(`${name}${labelText(one.labels)} ${one.value}`);
    }
    for (const [name, series] of this.gauges) {
      lines.push(`# TYPE ${name} gauge`);
      for (const one of series.values()) lines.push(`${name}${labelText(one.labels)} ${one.value}`);
    }
    for (const [name, series] of this.histograms) {
      lines.push(`# TYPE ${name} histogram`);
      for (const one of series.values()) writeHistogram(lines, name, one);
    }
    if (this.dropped > 0) lines.push(`envoy_meshwork_series_dropped ${this.dropped}`);
    return lines.length > 0 ? `${lines.join("\n")}\n` : "";
  }

  // Four parts are one lookup; the creator only runs for a new label set.
  private at<T>(
    kind: Map<string, Map<string, T>>,
    ...[name, labels, create]: [string, Labels, () => T]
  ): T | undefined {
    let series = kind.get(name);
    if (!series) {
      series = new Map();
      kind.set(name, series);
    }
    const key = keyOf(labels);
    let found = series.get(key);
    if (!found) {
      if (series.size >= SERIES_PER_METRIC) {
        this.dropped += 1;
        return undefined;
      }
      found = create();
      series.set(key, found);
    }
    return found;
  }
}

const keyOf = (labels: Labels): string => keys.get(labels) ?? makeKey(labels);

function makeKey(labels: Labels): string {
  let key = "";
  for (const name in labels) key += `${name}\u0000${labels[name]}\u0000`;
  return key;
}

const escapeValue = (value: string) =>
  /["\\\n]/.test(value) ? value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n") : value;

function labelText(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeValue(value)}"`)
    .join(",")}}`;
}

function writeHistogram(lines: string[], name: string, histogram: Histogram): void {
  let total = 0;
  // The labels are written once: there are twenty lines of them.
  const labels = labelText(histogram.labels);
  const open = `${name}_bucket${labels.slice(0, -1)}${labels.length > 2 ? "," : ""}le="`;
  HISTOGRAM_BOUNDS.forEach((bound, i) => {
    total += histogram.buckets[i] ?? 0;
    lines.push(`${open}${bound}"} ${total}`);
  });
  lines.push(`${open}+Inf"} ${histogram.count}`);
  lines.push(`${name}_sum${labels} ${histogram.sum}`);
  lines.push(`${name}_count${labels} ${histogram.count}`);
}
