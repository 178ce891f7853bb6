import { expect, it } from "vitest";
import {
  COALESCE_BYTES,
  MAX_BUFFERED_BYTES,
  MAX_TERMINALS,
  MIRROR_HOLD_BYTES,
  MIRROR_PENDING,
  PAUSE_ABOVE,
  RESUME_BELOW,
  RING_BYTES,
} from "./limits.ts";

/** Largest read of a pty, which may still arrive after it was paused. */
const ONE_READ = 64 * 1024;
/** contracts/terminal.ts: a client acknowledges about every 64 KiB; just below, it owes nearly that much. */
const OWED = 64 * 1024;

it("a client that has shown everything always lets a paused pty go on", () => {
  expect(RESUME_BELOW).toBeGreaterThanOrEqual(OWED + 1);
  expect(PAUSE_ABOVE).toBeGreaterThan(RESUME_BELOW + COALESCE_BYTES);
});

it("what a client or the mirror has not taken is always in the ring", () => {
  expect(RING_BYTES).toBeGreaterThanOrEqual(Math.max(PAUSE_ABOVE, MIRROR_PENDING) + ONE_READ);
});

it("the pty never waits for output that the mirror only holds", () => {
  expect(MIRROR_HOLD_BYTES).toBeLessThanOrEqual(MIRROR_PENDING / 2);
});

it("full windows of all terminals are not taken for a connection that does not read", () => {
  expect(MAX_BUFFERED_BYTES).toBeGreaterThan(MAX_TERMINALS * (PAUSE_ABOVE + ONE_READ));
});
