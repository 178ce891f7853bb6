import type { Clock, Disposable } from "../../../base/index.ts";

/** Runs `task` when changes have been quiet for a while, and at the latest `maxMs` after the first of them. */
export class Debouncer implements Disposable {
  private timer: Disposable | undefined;
  private first: number | undefined;

  constructor(
    private readonly deps: { readonly clock: Clock; readonly quietMs: number; readonly maxMs: number },
    private readonly task: () => void,
  ) {}

  trigger(): void {
    const { clock, quietMs, maxMs } = this.deps;
    const now = clock.monotonic();
    this.first ??= now;
    this.timer?.dispose();
    this.timer = clock.setTimeout(() => this.run(), Math.min(quietMs, Math.max(0, this.first + maxMs - now)));
  }

  dispose(): void {
    this.timer?.dispose();
    this.timer = undefined;
    this.first = undefined;
  }

  private run(): void {
    this.dispose();
    this.task();
  }
}
