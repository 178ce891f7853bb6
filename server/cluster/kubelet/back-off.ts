import type { Clock } from "../base/index.ts";
import { BACK_OFF_RESET_MS, FIRST_BACK_OFF_MS, LAST_BACK_OFF_MS } from "./limits.ts";

/** Exponential back-off: 10 s, 20 s … 5 m. The first restart after a good while is immediate. */
export class BackOff {
  private current = 0;

  constructor(readonly clock: Clock) {}

  next(): number {
    this.current = this.current === 0 ? FIRST_BACK_OFF_MS : Math.min(this.current * 2, LAST_BACK_OFF_MS);
    return this.current;
  }

  /** How long to wait after a run of this length. Kubelet restarts the first time at once, then backs off. */
  afterRun(ranMs: number): number {
    if (ranMs >= BACK_OFF_RESET_MS) {
      this.current = 0;
      this.first = true;
    }
    if (this.first) {
      this.first = false;
      return 0;
    }
    return this.next();
  }

  private first = true;
}

/** Go's time.Duration for whole seconds: `10s`, `2m40s`, `5m0s`. */
export function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
