import { goFloat } from "../http/go-float.ts";

/** Upper ends of the buckets, in units of the resolution (fortio stats.go histogramBucketValues). */
const ENDS = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100, 120,
  140, 160, 180, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 900, 1000, 2000, 3000, 4000, 5000, 7500,
  10000, 20000, 30000, 40000, 50000, 75000, 100000,
];

interface Bucket {
  readonly start: number;
  readonly end: number;
  readonly percent: number;
  readonly count: number;
}

/** Counts, sums and buckets of a run's measurements, printed as fortio prints them. */
export class Histogram {
  private readonly values: number[] = [];

  constructor(private readonly resolution: number) {}

  record(value: number): void {
    this.values.push(value);
  }

  merge(other: Histogram): void {
    for (const value of other.values) this.values.push(value);
  }

  get count(): number {
    return this.values.length;
  }

  private get sum(): number {
    return this.values.reduce((sum, value) => sum + value, 0);
  }

  get average(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  private get deviation(): number {
    const squares = this.values.reduce((sum, value) => sum + value * value, 0);
    const variance = this.count === 0 ? 0 : (squares - (this.sum * this.sum) / this.count) / this.count;
    return variance > 0 ? Math.sqrt(variance) : 0;
  }

  private get least(): number {
    return this.values.reduce((least, value) => Math.min(least, value), this.values[0] ?? 0);
  }

  private get most(): number {
    return this.values.reduce((most, value) => Math.max(most, value), this.values[0] ?? 0);
  }

  /** One line: `Error cases : count 0 avg 0 +/- 0 min 0 max 0 sum 0`. */
  summary(title: string): string {
    const middle = `avg ${goFloat(this.average, 8)} +/- ${goFloat(this.deviation, 4)}`;
    const ends = `min ${goFloat(this.least)} max ${goFloat(this.most)} sum ${goFloat(this.sum, 9)}`;
    return `${title} : count ${this.count} ${middle} ${ends}\n`;
  }

  table(title: string, percentiles: readonly number[]): string {
    const buckets = this.buckets();
    if (buckets.length === 0) return `${title} : no data\n`;
    const rows = buckets.map(({ start, end, percent, count }, index) => {
      const range = `${index === 0 ? ">=" : ">"} ${goFloat(start, 6)} <= ${goFloat(end, 6)}`;
      return `${range} , ${goFloat((start + end) / 2, 6)} , ${percent.toFixed(2)}, ${count}\n`;
    });
    return `${this.summary(title)}# range, mid point, percentile, count\n${rows.join("")}${this.targets(percentiles)}`;
  }

  targets(percentiles: readonly number[]): string {
    return percentiles
      .map((percentile) => `# target ${goFloat(percentile)}% ${goFloat(this.percentile(percentile), 6)}\n`)
      .join("");
  }

  private percentile(wanted: number): number {
    if (wanted >= 100) return this.most;
    let before = 100 / this.count;
    if (wanted <= before) return this.least;
    for (const { start, end, percent } of this.buckets()) {
      if (wanted <= percent) return start + ((wanted - before) / (percent - before)) * (end - start);
      before = percent;
    }
    return this.most;
  }

  private buckets(): readonly Bucket[] {
    const counts = new Map<number, number>();
    for (const value of this.values) {
      const index = bucketOf(value / this.resolution);
      counts.set(index, (counts.get(index) ?? 0) + 1);
    }
    const used = [...counts.keys()].sort((a, b) => a - b);
    let total = 0;
    return used.map((index, position): Bucket => {
      const count = counts.get(index) ?? 0;
      total += count;
      const start = position === 0 ? this.least : (ENDS[index - 1] ?? 0) * this.resolution;
      const last = position === used.length - 1;
      const end = last ? this.most : (ENDS[index] ?? 0) * this.resolution;
      return { start, end, percent: (100 * total) / this.count, count };
    });
  }
}

/** The first bucket whose end is not below the value; the one after the last for what is above all. */
function bucketOf(scaled: number): number {
  const found = ENDS.findIndex((end) => scaled <= end + 1e-12);
  return found < 0 ? ENDS.length : found;
}
