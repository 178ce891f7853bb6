/** Waits between attempts to reach istiod: doubled from the first to the last (xdsproxy and CA client back-off). */
export const RECONNECT_FIRST_MS = 200;
export const RECONNECT_LAST_MS = 10_000;
/** The first wait of an agent that runs on from a prepared state: its istiod is only just coming back. */
export const RESUME_FIRST_MS = 25;
/** Lifetime asked for a workload certificate (SECRET_TTL default 24 h). */
export const CERTIFICATE_SECONDS = 24 * 60 * 60;
/** Share of a certificate's life after which it is renewed (SECRET_GRACE_PERIOD_RATIO 0.5). */
export const RENEW_AT = 0.5;
/** Time a call to the certificate authority may take. */
export const CERTIFICATE_CALL_MS = 10_000;
/** Time one scrape of the application, or one of its probes, may take when the probe names none. */
export const APP_REQUEST_MS = 1_000;
/** Bytes of application metrics merged into ours. */
export const APP_METRICS_BYTES = 8 * 1024 * 1024;
/** Time given to connections after SIGTERM (terminationDrainDuration 5 s). */
export const TERMINATION_DRAIN_MS = 5_000;
