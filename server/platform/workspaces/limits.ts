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
/** Nobody has looked at a workspace and nothing ran in it for so long: it is announced, then stopped. */
export const WARN_AFTER_MS = 25 * 60_000;
export const REAP_AFTER_MS = 30 * 60_000;
/** A page of it is open, and nobody has touched it for so long. */
export const WARN_OPEN_AFTER_MS = 55 * 60_000;
export const REAP_OPEN_AFTER_MS = 60 * 60_000;
/** Homes and clusters of stopped workspaces are kept for so long, and announced so long before their end. */
export const KEEP_DAYS = 14;
export const ANNOUNCE_DAYS = 3;
/** Old homes are looked for this often. */
export const KEEP_LOOK_MS = 3_600_000;
/** Of one look. */
export const MAX_EXPIRED_AT_ONCE = 200;
/** More than this share of one core is work, not the hum of a cluster whose add-ons scrape. */
export const BUSY_CPU_SHARE = 0.1;
/** Workspaces are looked at this often. */
export const REAP_LOOK_MS = 60_000;
/** What lies between two looks beyond this was not looked at. */
export const MISSED_LOOK_MS = 2 * REAP_LOOK_MS;
/** Places that became free are given away, and those who wait are told where they are, this often. */
export const LINE_LOOK_MS = 5_000;
/** Learners who wait for a place; further ones are told that the line is full. */
export const MAX_WAITING = 1_000;
/** Memory of one workspace before one was weighed here: docs/benchmarks.md, a workspace after lab 4. */
export const ASSUMED_WORKSPACE_BYTES = 100 * 1024 * 1024;
/** Left to the system and to web. */
export const KEPT_FREE_BYTES = 512 * 1024 * 1024;
/** A trial workspace is ready within this time, or the trial has failed; how often it is asked. */
export const TRIAL_READY_MS = 120_000;
export const TRIAL_POLL_MS = 200;

/** Whoever makes prepared starts gets this long to end its cluster, which may only just be starting. */
export const STOP_SNAPSHOTS_MS = 10_000;
