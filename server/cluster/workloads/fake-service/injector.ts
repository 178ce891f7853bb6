import type { Settings } from "./settings.ts";

export interface Injected {
  readonly code: number;
  readonly error: string;
  readonly delayMs: number;
}

/** Faults by count, not by chance: with rate 0.5 every second request fails. */
export class Injector {
  private requests = 0;
  private window = { second: 0, requests: 0 };

  constructor(private readonly settings: Pick<Settings, "errors" | "rateLimit">) {}

  next(now: number): Injected | undefined {
    const { errors, rateLimit } = this.settings;
    if (rateLimit.perSecond > 0 && this.overLimit(now))
      return { code: rateLimit.code, error: "Service exceeded rate limit", delayMs: 0 };
    if (errors.rate <= 0) return undefined;
    this.requests += 1;
    if (this.requests % Math.max(1, Math.floor(1 / errors.rate)) !== 0) return undefined;
    return errors.type === "delay"
      ? { code: errors.code, error: "Service delay automatically injected", delayMs: errors.delayMs }
      : { code: errors.code, error: "Service error automatically injected", delayMs: 0 };
  }

  private overLimit(now: number): boolean {
    const second = Math.floor(now / 1000);
    if (this.window.second !== second) this.window = { second, requests: 0 };
    this.window.requests += 1;
    return this.window.requests > this.settings.rateLimit.perSecond;
  }
}
