/** Backups and restores at a time. */
export const MAX_AT_ONCE = 1;
/** Deeper folders than this are left out of a backup and refused in a restore: each level holds a descriptor open. */
export const MAX_DEPTH = 128;
/** Longest path and link target in an archive. Linux's PATH_MAX. */
export const MAX_PATH = 4096;
/** The archive's head and its end, and the extended header of one entry. */
export const MAX_SMALL_ENTRY = 1024 * 1024;
/** Read and written at a time. */
export const CHUNK = 256 * 1024;
/** Entries of one archive; beyond, it is refused: 100 learners at their quota of 20,000 files. */
export const MAX_ENTRIES = 2_500_000;
/** A folder whose files are replaced while they are opened is tried again this often. */
export const STEADY_ATTEMPTS = 20;
/** Longest line of a table: one row. */
export const MAX_ROW_BYTES = 16 * 1024 * 1024;
