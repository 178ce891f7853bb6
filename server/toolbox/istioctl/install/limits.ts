/** How often readiness is asked for; upstream asks every two seconds, when all of demo is up here. */
export const READY_POLL_MS = 50;

/** `--readiness-timeout`, when it is not said (operator/cmd/mesh/install.go). */
export const READY_TIMEOUT_MS = 300_000;

/** The largest file of `-f`. */
export const MAX_OPERATOR_FILE_BYTES = 3 * 1024 * 1024;

/** How deep a file of `-f` may nest, as the API server's own limit. */
export const MAX_OPERATOR_FILE_DEPTH = 100;
