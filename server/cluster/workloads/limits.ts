/** Body bytes a program keeps of an answer from another service. */
export const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

/** Redirects curl follows with -L. */
export const MAX_REDIRECTS = 50;

/** Standard input a command may be given. */
export const MAX_STDIN_BYTES = 16 * 1024 * 1024;

/** A container's own file that the shell carries back after a command. */
export const MAX_SHELL_FILE_BYTES = 16 * 1024 * 1024;

/** Commands a line editor remembers. */
export const HISTORY_LINES = 200;

/** Characters typed while a command runs; the oldest go. */
export const MAX_TYPED_AHEAD = 4096;

/** What one line of a shell may do before it is stopped. */
export const SHELL_LIMITS = {
  maxCommandCount: 100_000,
  maxLoopIterations: 100_000,
  maxFileSystemBytes: 64 * 1024 * 1024,
  maxOutputSize: 16 * 1024 * 1024,
  maxLiveBytes: 64 * 1024 * 1024,
} as const;

/** Body of a request that a program reads. Beyond it the connection ends. */
export const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** Products whose ratings were posted; beyond it Bookinfo's ratings start again with the defaults. */
export const MAX_RATED_PRODUCTS = 1000;

/** httpbin's own: bytes of /bytes, lines of /stream, seconds of /delay. */
export const HTTPBIN_LIMITS = { bytes: 100 * 1024, streamLines: 100, delayMs: 10_000 } as const;

/** A line that a line-by-line server waits for; a client that sends more without one is cut off. */
export const MAX_LINE_BYTES = 64 * 1024;

/** What one `fortio load` may do; more is cut down to these. */
export const FORTIO_LIMITS = { connections: 256, calls: 100_000, durationMs: 600_000 } as const;

/** What one redis keeps; more is refused as at its maxmemory. One command may have an eighth of it. */
export const MAX_REDIS_BYTES = 8 * 1024 * 1024;
export const MAX_REDIS_COMMAND_BYTES = 1024 * 1024;
