import type { Clock } from "../../base/index.ts";
import { EXPECTATIONS_TIMEOUT_MS } from "../limits.ts";

interface Expected {
  creations: number;
  readonly deletions: Set<string>;
  readonly since: number;
}

/** Remembers our own writes until they come back by watch, so that a stale lister makes nobody act twice. */
export class Expectations {
  private readonly expected = new Map<string, Expected>();

  constructor(private readonly clock: Clock) {}

  satisfied(key: string): boolean {
    const expected = this.expected.get(key);
    if (!expected) return true;
    if (expected.creations <= 0 && expected.deletions.size === 0) return true;
    return this.clock.monotonic() - expected.since > EXPECTATIONS_TIMEOUT_MS;
  }

  expect(key: string, { creations, deletions }: { creations: number; deletions: readonly string[] }): void {
    this.expected.set(key, { creations, deletions: new Set(deletions), since: this.clock.monotonic() });
  }

  /** Also called when a creation failed: nothing will come back for it. */
  creationObserved(key: string): void {
    const expected = this.expected.get(key);
    if (expected) expected.creations--;
  }

  deletionObserved(key: string, deleted: string): void {
    this.expected.get(key)?.deletions.delete(deleted);
  }

  forget(key: string): void {
    this.expected.delete(key);
  }
}
