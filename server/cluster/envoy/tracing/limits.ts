/** As many spans are sent soon; fewer wait for FLUSH_MS (tracing.zipkin.min_flush_spans). */
export const FLUSH_SPANS = 5;
/** Envoy sends five spans at once; waiting a moment for more costs a busy proxy fewer reports. */
export const FLUSH_SOON_MS = 50;
/** Longest time a span waits to be sent (tracing.zipkin.flush_interval_ms). */
export const FLUSH_MS = 5_000;
/** Spans kept for the next report; more are dropped. */
export const MAX_PENDING_SPANS = 500;
/** Time a collector may take to answer (tracing.zipkin.request_timeout). */
export const REPORT_MS = 5_000;
/** Reports under way to a slow collector; while so many are, spans are dropped. */
export const MAX_REPORTS = 4;
/** Tracers of providers that the configuration named, kept until it changes so often. */
export const MAX_TRACERS = 16;
