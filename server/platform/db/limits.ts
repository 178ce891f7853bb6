/** Connections to PostgreSQL from one web process. */
export const POOL_SIZE = 10;
/** A transaction waits this long for its turn, and runs this long; beyond it the event is refused and resent. */
export const TRANSACTION_WAIT_MS = 10_000;
export const TRANSACTION_MS = 10_000;
/** The same lock that `prisma migrate deploy` takes, so that the two never run together. */
export const MIGRATION_LOCK = 72_707_369;

/** Messages of a class that a page shows; older ones stay in the record. */
export const MESSAGES_SHOWN = 200;

/** Of one learner in one lab: a note a step. */
export const NOTES_OF_A_LAB = 200;

/** Audit rows that one question returns, the newest ones. */
export const AUDITS_SHOWN = 1_000;
/** Events read for a board or a report in one query; more are asked for from the last one's position. */
export const EVENTS_AT_A_TIME = 5_000;

/** Rows that a backup reads, and a restore writes, at a time; and about how many bytes of them. */
export const DUMP_BATCH = 500;
export const DUMP_BATCH_BYTES = 4 * 1024 * 1024;
/** People on one page; a server for more than one class of 200 each week for a year. */
export const MAX_PEOPLE_LISTED = 10_000;
/** Signed-in browsers of one person that are shown. */
export const MAX_SESSIONS_LISTED = 100;
/** A lab's time is told once this many have finished it: of fewer, one person's time could be worked out. */
export const LEARNERS_TO_MEASURE = 3;
/** …from the newest finishes only: labs change, and a query stays small. */
export const FINISHES_MEASURED = 200;
/** Between two events of a learner at a lab, more than this was a break. */
export const LONGEST_PAUSE_S = 600;
export const LAB_TIMES_KEPT_MS = 5 * 60_000;
