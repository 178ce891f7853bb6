/** How long samples are kept. Real servers keep 15 days; a workshop looks back minutes, and this lives in memory. */
export const RETENTION_MS = 60 * 60 * 1000;
/** Runs of samples kept in all; beyond it the oldest half of the longest series go. One run is 24 bytes. */
export const MAX_RUNS = 600_000;
/** Runs of one series; beyond it its older half goes. */
export const MAX_SERIES_RUNS = 2_000;
/** Series in all; new ones beyond it are dropped, and the target says so. */
export const MAX_SERIES = 50_000;
/** Bytes of one scrape (body_size_limit). */
export const MAX_SCRAPE_BYTES = 16 * 1024 * 1024;
/** Points a series of one range query may have, as Prometheus. */
export const MAX_POINTS = 11_000;
/** Samples one query may load (query.max-samples; Prometheus 50 million). */
export const MAX_QUERY_SAMPLES = 5_000_000;
/** Characters of a query. */
export const MAX_QUERY_LENGTH = 64 * 1024;
/** Depth of an expression; the grammar recurses. */
export const MAX_EXPRESSION_DEPTH = 200;
/** How far an instant selector looks back (query.lookback-delta). */
export const LOOKBACK_MS = 5 * 60 * 1000;
/**
 * How long one query may run (query.timeout; Prometheus 2 minutes). It runs in the cluster's own process: meanwhile
 * nothing else does.
 */
export const QUERY_TIMEOUT_MS = 2_000;
/** Dropped targets of one job that the API lists; it counts all of them. */
export const MAX_DROPPED_TARGETS = 50;
/** Metrics whose type and help are remembered. */
export const MAX_METADATA = 5_000;
/** Characters of a help text. */
export const MAX_HELP_LENGTH = 1_000;
/** Label names and values that are stored once for all series. */
export const MAX_SHARED_TEXTS = 10_000;
/** Rules of one file. */
export const MAX_RULES = 200;
/** Alerts that one rule may have at a time; further ones are left out. */
export const MAX_ALERTS = 500;
