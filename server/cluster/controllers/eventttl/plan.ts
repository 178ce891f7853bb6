import type { KubeEvent } from "../../apis/index.ts";
import { EVENT_TTL_MS, EVENTS_KEPT } from "../limits.ts";

export interface EventSweep {
  readonly remove: readonly KubeEvent[];
  /** Milliseconds until the next one expires; undefined when none is left. */
  readonly next?: number;
}

/** The expired, and the oldest of too many. */
export function planSweep(events: readonly KubeEvent[], now: number): EventSweep {
  const sorted = [...events].sort((a, b) => lastSeen(a) - lastSeen(b));
  const surplus = Math.max(0, sorted.length - EVENTS_KEPT);
  const remove = sorted.filter((event, index) => index < surplus || lastSeen(event) + EVENT_TTL_MS <= now);
  const oldest = sorted[remove.length];
  return { remove, ...(oldest ? { next: lastSeen(oldest) + EVENT_TTL_MS - now } : {}) };
}

function lastSeen({ series, lastTimestamp, eventTime, metadata }: KubeEvent): number {
  const text = series?.lastObservedTime || lastTimestamp || eventTime || metadata.creationTimestamp;
  return Date.parse(text ?? "") || 0;
}
