import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "./limits.ts";

/** Looks until it is done or the time is over; the last finding stands. */
export async function until<T>(
  withinMs: number,
  look: () => Promise<{ readonly done: boolean; readonly value: T }>,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const { done, value } = await look();
    if (done || performance.now() > end) return value;
    await sleep(limits.againMs);
  }
}
