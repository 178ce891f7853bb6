import type { ConditionResult } from "../../contracts/index.ts";
import type { ConditionSpec } from "../labs/index.ts";
import { pendingResult } from "./outcome.ts";

/** Timers as a test can drive them. */
export interface Timers {
  /** Calls once after `ms`; the returned function cancels. */
  after(ms: number, task: () => void): () => void;
}

export interface ConditionWatchOptions {
  readonly spec: ConditionSpec;
  readonly evaluate: () => Promise<ConditionResult>;
  readonly onResult: () => void;
  readonly timers: Timers;
  readonly debounceMs: number;
  /** Milliseconds until the next look without a cause, by the last result and how often it was looked at since one. */
  readonly pollMs: (result: ConditionResult, looks: number) => number;
  readonly now: () => number;
}

/** Keeps one condition's result fresh: at most one evaluation at a time, bursts of triggers are one, and none is lost. */
export class ConditionWatch {
  result: ConditionResult;
  private readonly options: ConditionWatchOptions;
  private cancelTimer: (() => void) | undefined;
  /** The timer that runs is a debounce: further triggers join it. */
  private debouncing = false;
  private running = false;
  private again = false;
  private stopped = false;
  /** Looks since something last happened. */
  private looks = 0;

  constructor(options: ConditionWatchOptions) {
    this.options = options;
    this.result = pendingResult(options.spec, options.now());
  }

  trigger(): void {
    this.looks = 0;
    if (this.stopped || this.debouncing) return;
    if (this.running) {
      this.again = true;
      return;
    }
    this.debouncing = true;
    this.schedule(this.options.debounceMs);
  }

  stop(): void {
    this.stopped = true;
    this.cancelTimer?.();
  }

  private schedule(ms: number): void {
    this.cancelTimer?.();
    this.cancelTimer = this.options.timers.after(ms, () => void this.run());
  }

  private async run(): Promise<void> {
    this.debouncing = false;
    this.running = true;
    const result = await this.options.evaluate();
    this.running = false;
    if (this.stopped) return;
    const changed = !sameFinding(this.result, result);
    this.result = result;
    if (changed) this.options.onResult();
    if (this.again) {
      this.again = false;
      this.trigger();
      return;
    }
    this.looks += 1;
    this.schedule(this.options.pollMs(result, this.looks));
  }
}

/** Evidence moves with every look (ages, durations); it alone is no news. */
function sameFinding(a: ConditionResult, b: ConditionResult): boolean {
  return (
    a.status === b.status &&
    a.message === b.message &&
    a.actual === b.actual &&
    a.expected === b.expected &&
    a.hints?.length === b.hints?.length
  );
}
