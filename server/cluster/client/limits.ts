/** Objects a list asks for at once; the rest comes by `continue`. As client-go's pager. */
export const LIST_PAGE_SIZE = 500;

/** Waits between failed lists or watches: doubled from the first to the last (client-go reflector: 800 ms to 30 s). */
export const REFLECTOR_BACKOFF_MS = { first: 50, last: 30_000 } as const;

/** Per-item retry of a work queue: doubled from 5 ms (client-go ItemExponentialFailureRateLimiter), capped lower than upstream's 1000 s. */
export const RETRY_BACKOFF_MS = { first: 5, last: 60_000 } as const;

/** Similar events remembered for counting; the longest unseen is forgotten first (client-go maxLruCacheEntries). */
export const EVENTS_REMEMBERED = 4096;

/** Events waiting to be written; what comes above it is dropped and logged. */
export const EVENTS_QUEUED = 1000;
