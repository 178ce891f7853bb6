/** Headers of one SPDY stream, uncompressed. kubectl sends three short ones. */
export const HEADER_BLOCK_BYTES = 64 * 1024;

/** Streams open at once on one port-forward connection: two for each TCP connection that kubectl accepted. */
export const SPDY_STREAMS = 2048;

/** The longest SPDY frame taken; the frame format itself allows 16 MiB. */
export const SPDY_FRAME_BYTES = 1024 * 1024;

/** Bytes waiting to go out on one websocket before its source is paused. */
export const SOCKET_HIGH_WATER = 1024 * 1024;

/** One websocket message from a client. */
export const MESSAGE_BYTES = 4 * 1024 * 1024;
