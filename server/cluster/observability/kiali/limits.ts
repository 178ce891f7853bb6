/** Milliseconds Prometheus has to answer one query of a graph. */
export const QUERY_TIMEOUT_MS = 10_000;
/** Series of one query; a mesh that has more is told so. */
export const MAX_SERIES = 20_000;
/** Namespaces of one graph. */
export const MAX_NAMESPACES = 200;
