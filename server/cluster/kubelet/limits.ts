/** Lines and bytes kept of one container instance's log; older lines go first, as with log rotation. */
export const LOG_LINES = 20_000;
export const LOG_BYTES = 1024 * 1024;

/** A line longer than this is cut into several. */
export const LOG_LINE_BYTES = 16 * 1024;

/** Bytes a container may hold in its own layer, and in one emptyDir; beyond that writes fail with ENOSPC. */
export const FILES_BYTES = 32 * 1024 * 1024;

/** Restart back-off: kubelet's MaxContainerBackOff and its start, doubling; forgotten after 10 minutes of running. */
export const FIRST_BACK_OFF_MS = 10_000;
export const LAST_BACK_OFF_MS = 300_000;
export const BACK_OFF_RESET_MS = 600_000;

/** Mount retries: the volume manager's exponential back-off. */
export const FIRST_MOUNT_RETRY_MS = 500;
export const LAST_MOUNT_RETRY_MS = 122_000;

/** Wait before a failed list or watch is tried again. */
export const RELIST_MS = 500;

/** How often, and how many times, readiness is asked for out of turn of a container that has not been ready yet. */
export const EARLY_PROBE_MS = 250;
export const EARLY_PROBES = 8;

/** Output of an exec probe that an event quotes (kubelet's maxRespBodyLength). */
export const PROBE_OUTPUT_BYTES = 10 * 1024;

/** Share of a token's lifetime after which it is renewed (token manager: 80 %). */
export const TOKEN_RENEWAL_SHARE = 0.8;

/** Attempts to write a pod's status before waiting for the next change. */
export const STATUS_ATTEMPTS = 5;

/** Pods of one node, as kubelet's --max-pods. */
export const MAX_PODS = 110;

/** Attempts to write the node's Lease before its namespace is there, RELIST_MS apart. */
export const LEASE_ATTEMPTS = 60;

/** A container that runs on from a prepared state has so long to be as ready as it was, and is asked again after this, then twice this. */
export const RESUME_MS = 10_000;
export const RESUME_PROBE_MS = 50;
