/** A mesh configuration longer than this is refused and the old one kept. */
export const MAX_MESH_CONFIG_BYTES = 256 * 1024;

/** After a change istiod waits this long for the next one … */
export const DEBOUNCE_QUIET_MS = 15;

/** … but never longer than this since the first (upstream: 100 ms and 10 s; ours are small because our cluster is). */
export const DEBOUNCE_MAX_MS = 100;

/** Pause after a failed list or watch, doubled up to the maximum. */
export const WATCH_RETRY_MIN_MS = 100;
export const WATCH_RETRY_MAX_MS = 5_000;

/** An admission review may carry one pod of at most etcd's object size twice over; longer ones are refused with 413. */
export const MAX_REVIEW_BYTES = 4 * 1024 * 1024;

/** Proxies connected at once; the next is refused. */
export const MAX_XDS_STREAMS = 2_000;

/** Tries to write the objects istiod owns (root certificate, webhook bundles) before the next change tries again. */
export const WRITE_ATTEMPTS = 5;

/** Issuers whose keys are kept; the one asked for first is forgotten for the next. */
export const MAX_JWKS_URIS = 200;
export const MAX_JWKS_BYTES = 1024 * 1024;
export const JWKS_TIMEOUT_MS = 5_000;
/** Keys are fetched again this often (PILOT_JWT_PUB_KEY_REFRESH_INTERVAL); after a failure sooner, then ever later. */
export const JWKS_REFRESH_MS = 20 * 60_000;
export const JWKS_RETRY_MIN_MS = 500;
export const JWKS_RETRY_MAX_MS = 60_000;
