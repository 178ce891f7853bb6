import type { Clock } from "../base/index.ts";

/** metrics-server's window. */
const BUCKET_MS = 5000;
const BUCKETS = 3;

/** CPU time that a container has said to have spent, over the last quarter of a minute. Needs no timer. */
export class WorkMeter {
  private readonly spent = new Map<number, number>();

  constructor(private readonly clock: Clock) {}

  worked(cpuMs: number): void {
    const bucket = this.bucket();
    this.spent.set(bucket, (this.spent.get(bucket) ?? 0) + cpuMs);
    for (const old of this.spent.keys()) if (old <= bucket - BUCKETS) this.spent.delete(old);
  }

  /** Thousandths of a processor. */
  cpuMillis(): number {
    const newest = this.bucket();
    let sum = 0;
    for (const [bucket, ms] of this.spent) if (bucket > newest - BUCKETS) sum += ms;
    return sum / ((BUCKET_MS * BUCKETS) / 1000);
  }

  private bucket(): number {
    return Math.floor(this.clock.monotonic() / BUCKET_MS);
  }
}
