export type Labels = Readonly<Record<string, string>>;

/**
 * The samples of one series as runs of equal value: first time, last time, value. A counter nobody touches costs one run
 * however long it is scraped; inside a run the samples stand `step` apart. NaN is the staleness marker.
 */
export class Series {
  private data = new Float64Array(3 * 4);
  private runs = 0;
  private step = 0;

  constructor(readonly labels: Labels) {}

  get length(): number {
    return this.runs;
  }

  get firstTime(): number {
    return this.runs === 0 ? Number.POSITIVE_INFINITY : this.at(0, 0);
  }

  get lastTime(): number {
    return this.runs === 0 ? Number.NEGATIVE_INFINITY : this.at(this.runs - 1, 1);
  }

  get isStale(): boolean {
    return this.runs > 0 && Number.isNaN(this.at(this.runs - 1, 2));
  }

  /** `step` is the scrape interval in force. Samples out of order are dropped. */
  append(time: number, value: number, step: number): void {
    if (time <= this.lastTime) return;
    this.step = step;
    const last = this.runs - 1;
    const even = last >= 0 && time - this.at(last, 1) < step * 1.5;
    if (even && this.at(last, 2) === value) {
      this.data[last * 3 + 1] = time;
      return;
    }
    if (this.runs * 3 === this.data.length) {
      const grown = new Float64Array(this.data.length * 2);
      grown.set(this.data);
      this.data = grown;
    }
    this.data.set([time, time, value], this.runs * 3);
    this.runs += 1;
  }

  markStale(time: number): void {
    if (this.isStale || this.runs === 0) return;
    // A sample of the very same time stays; the marker stands behind it.
    this.append(Math.max(time, this.lastTime + 1), Number.NaN, this.step);
  }

  /** Forgets what is older; returns how many runs that freed. */
  forgetBefore(time: number): number {
    let gone = 0;
    while (gone < this.runs && this.at(gone, 1) < time) gone += 1;
    return this.dropFirst(gone);
  }

  dropFirst(gone: number): number {
    if (gone === 0) return 0;
    this.data = this.data.slice(gone * 3);
    if (this.data.length === 0) this.data = new Float64Array(3 * 4);
    this.runs -= gone;
    return gone;
  }

  /** The latest sample in (time - lookback, time]; undefined when none or stale. */
  latest(time: number, lookback: number): { readonly time: number; readonly value: number } | undefined {
    const run = this.runAt(time);
    if (run < 0) return undefined;
    const value = this.at(run, 2);
    const sampled = this.lastSampleOf(run, time);
    if (Number.isNaN(value) || sampled <= time - lookback) return undefined;
    return { time: sampled, value };
  }

  /** Samples in (from, to], flat: time and value in turn. Stale markers are left out. */
  between(from: number, to: number): number[] {
    const out: number[] = [];
    for (let run = Math.max(0, this.runAt(from)); run < this.runs && this.at(run, 0) <= to; run++) {
      const value = this.at(run, 2);
      if (Number.isNaN(value)) continue;
      const first = this.at(run, 0);
      const last = this.at(run, 1);
      const count = this.step > 0 ? Math.max(1, Math.round((last - first) / this.step)) : 1;
      const gap = last > first ? (last - first) / count : 1;
      const skip = Math.max(0, Math.floor((from - first) / gap));
      for (let i = skip; ; i++) {
        const time = last > first ? first + i * gap : first;
        if (time > last + gap / 2 || time > to) break;
        if (time > from) out.push(time, value);
        if (last === first) break;
      }
    }
    return out;
  }

  private lastSampleOf(run: number, time: number): number {
    const first = this.at(run, 0);
    const last = this.at(run, 1);
    if (time >= last) return last;
    const count = this.step > 0 ? Math.max(1, Math.round((last - first) / this.step)) : 1;
    const gap = (last - first) / count;
    return first + Math.floor((time - first) / gap) * gap;
  }

  /** The last run that begins at or before `time`; -1 when none. */
  private runAt(time: number): number {
    let low = 0;
    let high = this.runs - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (this.at(middle, 0) <= time) low = middle + 1;
      else high = middle - 1;
    }
    return high;
  }

  private at(run: number, field: 0 | 1 | 2): number {
    return this.data[run * 3 + field] ?? Number.NaN;
  }
}
