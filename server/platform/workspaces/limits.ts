/** A host says welcome within this time. */
export const WELCOME_WITHIN_MS = 5_000;
/** A host must be reachable within this time after it was started. */
export const START_WITHIN_MS = 15_000;
/** Pause between two attempts to reach a starting host. */
export const START_POLL_MS = 20;

/** Longest wait for a host's answer. A check may take 20 s; opening a shell waits up to 10 s for the cluster. */
export const ANSWER_WITHIN_MS = 30_000;
/** Questions to one host that may be open at a time. */
export const MAX_PENDING_ANSWERS = 512;
/** Largest frame web reads from a host: a graph of 2,000 nodes and 6,000 edges, or a 1,000-line screen. */
export const MAX_HOST_FRAME_BYTES = 16 * 1024 * 1024;

/** Pauses before a dead host is started again; the last one repeats. */
export const HOST_RESTART_MS = [50, 500, 2_000, 5_000, 15_000] as const;
/** A host that lived this long starts the list afresh. */
export const HOST_SETTLED_MS = 2_000;
/** Somebody who wants a host waits this long while it is being started again. */
export const WAIT_FOR_HOST_MS = 20_000;

/** After SIGTERM a host has this long (its cluster has 3 s) before SIGKILL. */
export const STOP_HOST_MS = 6_000;

/** Learners whose workspace is remembered without asking the database; beyond, all are forgotten and asked for again. */
export const MAX_REMEMBERED_TENANTS = 10_000;

/** Users of the machine that workspaces become when root starts us: this one is for trying out, the next ones are theirs. */
export const FIRST_UID = 100_000;
export const MAX_UIDS = 65_536;
/** Trying out a sandbox takes about 30 ms; a machine that needs this long has none. */
export const PROBE_MS = 10_000;

/** Spare workspaces are made when nobody has taken one for this long: learners who come now need the machine. */
export const SPARE_QUIET_MS = 5_000;
/** A spare is ready, its lab prepared, within this time; else it is thrown away. */
export const SPARE_READY_MS = 120_000;
export const SPARE_LOOK_MS = 250;
/** After one that failed. */
export const SPARE_RETRY_MS = 30_000;
