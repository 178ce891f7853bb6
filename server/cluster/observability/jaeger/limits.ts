/** Traces kept; the oldest go first. The add-on asks for 50,000 (MEMORY_MAX_TRACES); a workshop looks back minutes. */
export const MAX_TRACES = 2_000;
/** Spans kept over all traces; beyond it whole traces go, oldest first. */
export const MAX_SPANS = 20_000;
/** Bytes of tags, logs and names over all traces, as written; beyond it whole traces go, oldest first. */
export const MAX_BYTES = 24 * 1024 * 1024;
/** Spans of one trace; more are dropped and counted. */
export const MAX_TRACE_SPANS = 2_000;
/** Tags, log entries and references of one span; more are cut off. */
export const MAX_SPAN_TAGS = 128;
export const MAX_SPAN_LOGS = 128;
/** Characters of one name or value; longer ones are cut. */
export const MAX_VALUE_LENGTH = 4_096;
/** Traces one search may return, whatever limit it asks for. */
export const MAX_SEARCH_LIMIT = 1_500;
/** Different texts remembered so that equal ones are stored once; forgotten all together when full. */
export const MAX_INTERNED = 4_000;
/** Depth to which a list or map as a tag's value is read. */
export const MAX_VALUE_DEPTH = 16;
