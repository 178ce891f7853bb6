/**
 * Changes kept for watches to resume from; older ones are compacted away, and a late watch gets Compacted. Each holds what
 * it replaced: some 2 KB for a pod.
 */
export const HISTORY_LENGTH = 4_000;

/** At most this many changes are handed to one watcher in one call, so that one slow list cannot starve others. */
export const WATCH_BATCH = 500;

/** A write-ahead log longer than this is folded into a snapshot. */
export const LOG_BYTES = 16 * 1024 * 1024;

/** Acknowledged writes have reached the operating system at once, and the disk at most this much later. */
export const SYNC_DELAY_MS = 50;

/** Objects put into a snapshot in one go; the event loop turns in between. */
export const SNAPSHOT_BATCH = 200;
