import { type Disposable, toDisposable } from "./disposable.ts";

/** The only door to time. Milliseconds everywhere. */
export interface Clock {
  /** Wall-clock time, milliseconds since the Unix epoch. */
  now(): number;
  /** Monotonic time in milliseconds, with fractions; only differences have a meaning. */
  monotonic(): number;
  /** Calls `task` once after `ms`. Disposing cancels. Never keeps the process alive by itself. */
  setTimeout(task: () => void, ms: number): Disposable;
  /** Calls `task` every `ms` until disposed. Never keeps the process alive by itself. */
  setInterval(task: () => void, ms: number): Disposable;
  /** Resolves after `ms`, or at once (not rejected) when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(task, ms) {
    const timer = setTimeout(task, ms);
    timer.unref();
    return toDisposable(() => clearTimeout(timer));
  },
  setInterval(task, ms) {
    const timer = setInterval(task, ms);
    timer.unref();
    return toDisposable(() => clearInterval(timer));
  },
  sleep: (ms, signal) => sleepOn(systemClock, ms, signal),
};

function sleepOn(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      timer.dispose();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = clock.setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}

interface PendingTimer {
  at: number;
  task: () => void;
  every?: number;
}

/** A clock that moves only when a test says so. */
export class TestClock implements Clock {
  private readonly timers = new Set<PendingTimer>();

  constructor(private time = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  setTimeout(task: () => void, ms: number): Disposable {
    return this.schedule({ at: this.time + ms, task });
  }

  setInterval(task: () => void, ms: number): Disposable {
    return this.schedule({ at: this.time + ms, task, every: Math.max(1, ms) });
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  /** Moves time forward, running what falls due in order; lets promises settle between timers. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let next = this.nextDue(end); next; next = this.nextDue(end)) {
      this.time = Math.max(this.time, next.at);
      if (next.every === undefined) this.timers.delete(next);
      else next.at += next.every;
      next.task();
      await settle();
    }
    this.time = end;
  }

  private schedule(timer: PendingTimer): Disposable {
    this.timers.add(timer);
    return toDisposable(() => this.timers.delete(timer));
  }

  private nextDue(end: number): PendingTimer | undefined {
    let due: PendingTimer | undefined;
    for (const timer of this.timers) if (timer.at <= end && (!due || timer.at < due.at)) due = timer;
    return due;
  }
}

/** One turn of the real event loop, so that promise chains and in-memory streams move on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
