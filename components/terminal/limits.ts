/** Output is acknowledged after this many parsed bytes; the host pauses the pty well above it (contracts/terminal.ts). */
export const acknowledgeEvery = 64 * 1024;
/** …and when output has been quiet for this long, so that the host's window is right again before the next burst. */
export const acknowledgeIdleMs = 120;
/** Longest text in one input event; the contract's limit is 65,536 UTF-16 units. */
export const inputChunk = 16 * 1024;
/** Typed but not yet taken by the host. Beyond it further input is refused and the learner told. */
export const maxPendingInput = 1024 * 1024;
/** Output kept while an attach is under way; more than the host sends unacknowledged. Beyond it we attach again. */
export const maxHeldOutput = 4 * 1024 * 1024;
/** A host that does not answer yet is asked again after this time, for as long as the connection stands. */
export const attachAgainMs = 2_000;
export const scrollback = 10_000;
