/** Streams (label sets) kept; a push that would open another is refused as Loki's max_streams does. */
export const MAX_STREAMS = 1_000;
/** Entries over all streams; the oldest of the longest streams go. */
export const MAX_ENTRIES = 50_000;
/** Bytes of lines over all streams; the oldest go. */
export const MAX_BYTES = 16 * 1024 * 1024;
/** Characters of a line (max_line_size); longer ones are refused. */
export const MAX_LINE_LENGTH = 256 * 1024;
/** Entries one query may ask for (max_entries_limit). */
export const MAX_QUERY_LIMIT = 5_000;
/** Characters of a query. */
export const MAX_QUERY_LENGTH = 5_120;
