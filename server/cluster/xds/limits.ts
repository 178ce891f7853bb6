/** Bytes one side may have waiting on the wire before `send` refuses; the stream then ends (its peer has stopped reading). */
export const MAX_PENDING_BYTES = 64 * 1024 * 1024;
