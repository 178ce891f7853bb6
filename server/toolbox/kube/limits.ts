/** Local connections forwarded at a time; a further one is closed at once. */
export const MAX_FORWARDED_CONNECTIONS = 256;
/** What may wait for the API server before a local connection is not read any further. */
export const MAX_FORWARD_BUFFER_BYTES = 1024 * 1024;
