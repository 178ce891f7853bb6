import { anchored } from "../../regex/index.ts";
import { MAX_RUNS, MAX_SERIES, MAX_SERIES_RUNS, RETENTION_MS } from "../limits.ts";
import type { Matcher } from "../promql/ast.ts";
import { type Labels, Series } from "./series.ts";

export interface Appended {
  readonly labels: Labels;
  readonly value: number;
}

/** All series in memory, found by metric name first. */
export class SeriesStore {
  private readonly byKey = new Map<string, Series>();
  private readonly byName = new Map<string, Set<Series>>();
  private appends = 0;
  private dropped = 0;

  get size(): number {
    return this.byKey.size;
  }

  /** Samples refused because of MAX_SERIES. */
  get droppedSamples(): number {
    return this.dropped;
  }

  /** The series of a label set; undefined when there is no room for a new one. */
  seriesOf(labels: Labels): Series | undefined {
    const key = keyOf(labels);
    const known = this.byKey.get(key);
    if (known) return known;
    if (this.byKey.size >= MAX_SERIES) {
      this.dropped += 1;
      return undefined;
    }
    const made = new Series(labels);
    this.byKey.set(key, made);
    const name = labels.__name__ ?? "";
    const set = this.byName.get(name) ?? new Set();
    this.byName.set(name, set.add(made));
    return made;
  }

  append(
    series: Series,
    sample: { readonly time: number; readonly value: number; readonly step: number },
  ): void {
    series.append(sample.time, sample.value, sample.step);
    if (series.length > MAX_SERIES_RUNS) series.dropFirst(series.length >> 1);
    this.appends += 1;
  }

  /** Lets go of what is past retention or beyond the limit of memory. Called once in a while by the scraper. */
  compact(now: number): void {
    let runs = 0;
    for (const [key, series] of this.byKey) {
      series.forgetBefore(now - RETENTION_MS);
      runs += series.length;
      if (series.length === 0) this.forget(key, series);
    }
    if (runs <= MAX_RUNS) return;
    for (const series of this.byKey.values()) if (series.length > 8) series.dropFirst(series.length >> 1);
  }

  select(matchers: readonly Matcher[]): readonly Series[] {
    const exact = matchers.find((one) => one.name === "__name__" && one.op === "=");
    const rest = matchers.filter((one) => one !== exact).map(test);
    const candidates = exact ? (this.byName.get(exact.value) ?? []) : this.byKey.values();
    const found: Series[] = [];
    for (const series of candidates) if (rest.every((one) => one(series.labels))) found.push(series);
    return found;
  }

  metricNames(): readonly string[] {
    return [...this.byName.keys()].sort();
  }

  private forget(key: string, series: Series): void {
    this.byKey.delete(key);
    const name = series.labels.__name__ ?? "";
    const set = this.byName.get(name);
    set?.delete(series);
    if (set?.size === 0) this.byName.delete(name);
  }
}

function test(matcher: Matcher): (labels: Labels) => boolean {
  const { name, op, value } = matcher;
  if (op === "=") return (labels) => (labels[name] ?? "") === value;
  if (op === "!=") return (labels) => (labels[name] ?? "") !== value;
  const expression = anchored(value);
  const wanted = op === "=~";
  // Many series share a value.
  const known = new Map<string, boolean>();
  return (labels) => {
    const text = labels[name] ?? "";
    const before = known.get(text);
    if (before !== undefined) return before;
    const fits = expression.test(text) === wanted;
    known.set(text, fits);
    return fits;
  };
}

/** Equal for equal label sets, whatever their order. */
export function keyOf(labels: Labels): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}\u0000${labels[name]}`)
    .join("\u0000");
}
