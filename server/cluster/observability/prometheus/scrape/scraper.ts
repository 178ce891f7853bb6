import type { Clock, Disposable } from "../../../base/index.ts";
import type { PodNetwork } from "../../../network/index.ts";
import type { Series } from "../storage/series.ts";
import type { SeriesStore } from "../storage/series-store.ts";
import { readExposition, readSeries } from "./exposition.ts";
import { fetchMetrics } from "./fetch-metrics.ts";
import type { Target } from "./targets.ts";

export interface TargetState {
  readonly target: Target;
  health: "unknown" | "up" | "down";
  lastError: string;
  /** Wall clock; 0 before the first. */
  lastScrape: number;
  /** Seconds. */
  duration: number;
}

interface Entry extends TargetState {
  /** Series by the text they are written as; saves reading labels again at each scrape. */
  series: Map<string, Series>;
  busy: boolean;
}

export interface ScraperDeps {
  readonly network: PodNetwork;
  readonly clock: Clock;
  readonly store: SeriesStore;
  /** Milliseconds; read before each round, so a reload counts from the next. */
  readonly interval: () => number;
}

const COMPACT_EVERY = 30;

/** Scrapes every target at the interval. A target that is gone, or a series that is gone from one, goes stale. */
export class Scraper implements Disposable {
  private readonly entries = new Map<string, Entry>();
  private timer: Disposable | undefined;
  private rounds = 0;

  constructor(private readonly deps: ScraperDeps) {
    this.schedule();
  }

  set(target: Target): void {
    const known = this.entries.get(target.key);
    if (known && JSON.stringify(known.target) === JSON.stringify(target)) return;
    if (known) this.remove(target.key);
    this.entries.set(target.key, {
      target,
      health: "unknown",
      lastError: "",
      lastScrape: 0,
      duration: 0,
      series: new Map(),
      busy: false,
    });
  }

  remove(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    const now = this.deps.clock.now();
    for (const series of entry.series.values()) series.markStale(now);
  }

  states(): readonly TargetState[] {
    return [...this.entries.values()];
  }

  dispose(): void {
    this.timer?.dispose();
    this.entries.clear();
  }

  private schedule(): void {
    this.timer = this.deps.clock.setTimeout(() => {
      this.schedule();
      this.rounds += 1;
      if (this.rounds % COMPACT_EVERY === 0) this.deps.store.compact(this.deps.clock.now());
      for (const entry of this.entries.values()) void this.scrape(entry);
    }, this.deps.interval());
  }

  private async scrape(entry: Entry): Promise<void> {
    if (entry.busy) return;
    entry.busy = true;
    const { clock } = this.deps;
    const step = this.deps.interval();
    const begun = clock.monotonic();
    const time = clock.now();
    let count = 0;
    try {
      const text = await fetchMetrics(entry.target, { ...this.deps, timeout: Math.max(step, 1_000) });
      if (this.entries.get(entry.target.key) !== entry) return;
      count = this.take(entry, text, { time, step });
      entry.health = "up";
      entry.lastError = "";
    } catch (error) {
      if (this.entries.get(entry.target.key) !== entry) return;
      entry.health = "down";
      entry.lastError = error instanceof Error ? error.message : String(error);
      for (const [text, series] of entry.series) if (!OWN.has(text)) series.markStale(time);
    } finally {
      entry.busy = false;
    }
    entry.lastScrape = time;
    entry.duration = (clock.monotonic() - begun) / 1000;
    this.own(entry, { time, step, count });
  }

  private take(entry: Entry, text: string, at: { time: number; step: number }): number {
    const { store } = this.deps;
    const seen = new Map<string, Series>();
    for (const sample of readExposition(text)) {
      const series = entry.series.get(sample.series) ?? this.open(entry.target, sample.series);
      if (!series) continue;
      seen.set(sample.series, series);
      if (!Number.isNaN(sample.value)) store.append(series, { ...at, value: sample.value });
    }
    for (const [key, series] of entry.series) {
      if (OWN.has(key)) seen.set(key, series);
      else if (!seen.has(key)) series.markStale(at.time);
    }
    entry.series = seen;
    return seen.size;
  }

  /** What Prometheus says of a target by itself. */
  private own(entry: Entry, of: { time: number; step: number; count: number }): void {
    const values: Readonly<Record<string, number>> = {
      up: entry.health === "up" ? 1 : 0,
      scrape_duration_seconds: entry.duration,
      scrape_samples_scraped: of.count,
    };
    for (const [name, value] of Object.entries(values)) {
      const series =
        entry.series.get(name) ?? this.deps.store.seriesOf({ ...entry.target.labels, __name__: name });
      if (!series) continue;
      entry.series.set(name, series);
      this.deps.store.append(series, { time: of.time, step: of.step, value });
    }
  }

  /** honor_labels is false: a scraped label that the target has too is renamed. */
  private open(target: Target, text: string): Series | undefined {
    const labels = readSeries(text);
    if (!labels) return undefined;
    const merged: Record<string, string> = { ...target.labels };
    for (const [name, value] of Object.entries(labels))
      merged[name in target.labels ? `exported_${name}` : name] = value;
    return this.deps.store.seriesOf(merged);
  }
}

const OWN = new Set(["up", "scrape_duration_seconds", "scrape_samples_scraped"]);
