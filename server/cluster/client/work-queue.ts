import type { Clock, Disposable } from "../base/index.ts";
import { RETRY_BACKOFF_MS } from "./limits.ts";

/**
 * Keys to be reconciled. A key waits at most once; one that is added while being worked on is worked on again after
 * `done`. Follows client-go util/workqueue. Bounded by the number of distinct keys.
 */
export class WorkQueue implements Disposable {
  private readonly ready: string[] = [];
  private readonly dirty = new Set<string>();
  private readonly processing = new Set<string>();
  private readonly failures = new Map<string, number>();
  private readonly timers = new Map<string, { readonly at: number; readonly timer: Disposable }>();
  private readonly takers: ((key: string | undefined) => void)[] = [];
  private closed = false;

  constructor(private readonly deps: { readonly clock: Clock }) {}

  get length(): number {
    return this.ready.length;
  }

  add(key: string): void {
    if (this.closed || this.dirty.has(key)) return;
    this.dirty.add(key);
    if (!this.processing.has(key)) this.enqueue(key);
  }

  /** The next key, or undefined when the queue is disposed. Call `done` with it. */
  get(): Promise<string | undefined> {
    const key = this.ready.shift();
    if (key !== undefined) return Promise.resolve(this.take(key));
    if (this.closed) return Promise.resolve(undefined);
    return new Promise((resolve) => this.takers.push(resolve));
  }

  done(key: string): void {
    this.processing.delete(key);
    if (this.dirty.has(key) && !this.closed) this.enqueue(key);
  }

  /** The key succeeded: its next failure waits short again. */
  forget(key: string): void {
    this.failures.delete(key);
  }

  addRateLimited(key: string): void {
    const failures = this.failures.get(key) ?? 0;
    this.failures.set(key, failures + 1);
    this.addAfter(key, Math.min(RETRY_BACKOFF_MS.first * 2 ** failures, RETRY_BACKOFF_MS.last));
  }

  /** Adds later; the earlier of two wishes for one key counts. */
  addAfter(key: string, ms: number): void {
    if (this.closed) return;
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const at = this.deps.clock.monotonic() + ms;
    const waiting = this.timers.get(key);
    if (waiting && waiting.at <= at) return;
    waiting?.timer.dispose();
    const timer = this.deps.clock.setTimeout(() => {
      this.timers.delete(key);
      this.add(key);
    }, ms);
    this.timers.set(key, { at, timer });
  }

  dispose(): void {
    this.closed = true;
    this.ready.length = 0;
    this.dirty.clear();
    for (const { timer } of this.timers.values()) timer.dispose();
    this.timers.clear();
    for (const give of this.takers.splice(0)) give(undefined);
  }

  private enqueue(key: string): void {
    const give = this.takers.shift();
    if (give) give(this.take(key));
    else this.ready.push(key);
  }

  private take(key: string): string {
    this.dirty.delete(key);
    this.processing.add(key);
    return key;
  }
}
