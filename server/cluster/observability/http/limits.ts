/** Bytes of a request body, after decompression; more is answered with 413. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Connections one server keeps open; further ones are reset. */
export const MAX_CONNECTIONS = 256;
/** Bytes of an answer that an add-on reads from another. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
