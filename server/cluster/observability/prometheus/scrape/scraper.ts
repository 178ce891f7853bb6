import type { Clock, Disposable } from "../../../base/index.ts";
import type { PodNetwork } from "../../../network/index.ts";
import type { Series } from "../storage/series.ts";
import type { SeriesStore } from "../storage/series-store.ts";
import { copyOf, readExposition, readSeries } from "./exposition.ts";
import { fetchMetrics } from "./fetch-metrics.ts";
import { MetadataStore } from "./metadata.ts";
import { relabel } from "./relabel.ts";
import type { Target } from "./targets.ts";

export interface TargetState {
  target: Target;
  health: "unknown" | "up" | "down";
  lastError: string;
  /** Wall clock; 0 before the first. */
  lastScrape: number;
  /** Seconds. */
  duration: number;
}

interface Tracked {
  /** Undefined: a rule drops it, or there is no room for it. */
  readonly series: Series | undefined;
  /** The scrape that had it last. */
  round: number;
}

interface Entry extends TargetState {
  /** By the text they are written as; saves reading labels again at each scrape. */
  readonly series: Map<string, Tracked>;
  round: number;
  busy: boolean;
  /** Wall clock of the next scrape. */
  due: number;
}

export interface ScraperDeps {
  readonly network: PodNetwork;
  readonly clock: Clock;
  readonly store: SeriesStore;
  /** Milliseconds between looks at what is due: the shortest interval of any job. Read before each round. */
  readonly interval: () => number;
}

const COMPACT_EVERY = 30;

/** Scrapes every target at the interval. A target that is gone, or a series that is gone from one, goes stale. */
export class Scraper implements Disposable {
  readonly metadata = new MetadataStore();
  private readonly entries = new Map<string, Entry>();
  private timer: Disposable | undefined;
  private rounds = 0;

  constructor(private readonly deps: ScraperDeps) {
    this.schedule();
  }

  set(target: Target): void {
    const known = this.entries.get(target.key);
    // Same address, same labels: only what it was discovered by may have changed.
    if (known) {
      known.target = target;
      return;
    }
    this.entries.set(target.key, {
      target,
      health: "unknown",
      lastError: "",
      lastScrape: 0,
      duration: 0,
      series: new Map(),
      round: 0,
      busy: false,
      due: 0,
    });
  }

  remove(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    const now = this.deps.clock.now();
    for (const { series } of entry.series.values()) series?.markStale(now);
  }

  /** Lets go of all targets; those that are found again go on where they were. */
  clear(): void {
    for (const key of [...this.entries.keys()]) this.remove(key);
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
      const now = this.deps.clock.now();
      for (const entry of this.entries.values()) if (entry.due <= now) void this.scrape(entry);
    }, this.deps.interval());
  }

  private async scrape(entry: Entry): Promise<void> {
    if (entry.busy) return;
    entry.busy = true;
    const { clock } = this.deps;
    const { interval: step, timeout } = entry.target.job;
    const begun = clock.monotonic();
    const time = clock.now();
    // A little early counts: the timer and the interval may be off by a hair.
    entry.due = time + step * 0.9;
    let count = 0;
    try {
      const text = await fetchMetrics(entry.target, { ...this.deps, timeout: Math.max(timeout, 1_000) });
      if (this.entries.get(entry.target.key) !== entry) return;
      count = this.take(entry, text, { time, step });
      entry.health = "up";
      entry.lastError = "";
    } catch (error) {
      if (this.entries.get(entry.target.key) !== entry) return;
      entry.health = "down";
      entry.lastError = error instanceof Error ? error.message : String(error);
      for (const [text, { series }] of entry.series) if (!OWN.has(text)) series?.markStale(time);
    } finally {
      entry.busy = false;
    }
    entry.lastScrape = time;
    entry.duration = (clock.monotonic() - begun) / 1000;
    this.own(entry, { time, step, count });
  }

  private take(entry: Entry, text: string, at: { time: number; step: number }): number {
    const { store } = this.deps;
    this.metadata.read(text);
    entry.round += 1;
    const { round } = entry;
    let count = 0;
    for (const sample of readExposition(text)) {
      const tracked = entry.series.get(sample.series) ?? this.track(entry, sample.series);
      tracked.round = round;
      count += 1;
      if (tracked.series && !Number.isNaN(sample.value))
        store.append(tracked.series, { ...at, value: sample.value });
    }
    for (const [key, tracked] of entry.series) {
      if (tracked.round === round || OWN.has(key)) continue;
      tracked.series?.markStale(at.time);
      entry.series.delete(key);
    }
    return count;
  }

  private track(entry: Entry, text: string): Tracked {
    const tracked = { series: this.open(entry.target, text), round: 0 };
    // A copy: a piece of the scrape's text would keep all of it in memory.
    entry.series.set(copyOf(text), tracked);
    return tracked;
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
        entry.series.get(name)?.series ??
        this.deps.store.seriesOf({ ...entry.target.labels, __name__: name });
      if (!series) continue;
      if (!entry.series.has(name)) entry.series.set(name, { series, round: 0 });
      this.deps.store.append(series, { time: of.time, step: of.step, value });
    }
  }

  /** A label that the scrape and the target both have: honor_labels decides whose stays and whose is renamed or lost. */
  private open({ labels: own, job }: Target, text: string): Series | undefined {
    const labels = readSeries(text);
    if (!labels) return undefined;
    const merged: Record<string, string> = { ...own };
    for (const [name, value] of Object.entries(labels)) {
      if (job.honorLabels || !(name in own)) merged[name] = value;
      else merged[`exported_${name}`] = value;
    }
    const kept = job.metricRelabel.length > 0 ? relabel(merged, job.metricRelabel) : merged;
    return kept && this.deps.store.seriesOf(kept);
  }
}

const OWN = new Set(["up", "scrape_duration_seconds", "scrape_samples_scraped"]);
