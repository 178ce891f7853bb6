/** Between two looks at the memory of a learner's programs: when little is taken, and when half of it is. */
export const MEMORY_LOOK_MS = 1_000;
export const MEMORY_LOOK_SOON_MS = 200;

/** Between two looks at the free space of the disk, which cost nothing. */
export const DISK_LOOK_MS = 1_000;
/** Home and /tmp are added up this often, and at once when so much of the disk was filled since (by whomever). */
export const DISK_SUM_MS = 10_000;
export const DISK_SUM_AT_BYTES = 32 * 1024 * 1024;
/** A sum may take this share of a core, however many files there are. */
export const DISK_SUM_SHARE = 0.02;
/** Files beyond this multiple of the limit are not counted any more. */
export const DISK_COUNT_FACTOR = 2;
/** Growth below these between two looks is a shell's history, not a program that fills the disk. */
export const DISK_GROWS_BYTES = 64 * 1024;
export const DISK_GROWS_FILES = 16;
/** A learner who stays over a limit is told again after this time. */
export const TELL_AGAIN_MS = 60_000;
