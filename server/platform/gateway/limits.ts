/** Largest message a browser may send: 64 KiB of input whose every character is escaped as six, and its envelope. */
export const MAX_MESSAGE_BYTES = 512 * 1024;
/** Sockets of one learner: tabs and windows. */
export const MAX_SOCKETS_PER_LEARNER = 16;
/** Sockets of all learners. */
export const MAX_SOCKETS = 1_000;

/** Messages a second that one socket may send for long, and at once. Beyond: refused with "too-many". */
export const rates = {
  input: { perSecond: 200, burst: 600 },
  ack: { perSecond: 2_000, burst: 4_000 },
  other: { perSecond: 20, burst: 80 },
} as const;

/** Events that do not parse before a socket is closed. */
export const MAX_MALFORMED = 20;

/**
 * A key press is judged by rights that were read from the database at most this long ago: a query takes longer (about 1 ms)
 * than all the rest of its way. Everything else asks each time.
 */
export const TYPING_RIGHTS_MS = 1_000;

/** Open sockets' sessions are looked up this often: what ended or changed elsewhere takes effect within a second. */
export const SESSION_WATCH_MS = 500;

/** What is left to do when the server goes down. */
export const DRAIN_MS = 5_000;

/** The next picture of a watched terminal follows when the last one was shown, or after this. */
export const PICTURE_SHOWN_WITHIN_MS = 5_000;

const loopback = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

/** Of plain HTTP, before anybody is known. */
export const httpLimits = {
  /** Whoever has not sent all headers by then, or the whole request, is let go: a connection costs us more than them. */
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 5_000,
  connections: 4_096,
  /** A class of 60 behind one address, with two pages of eight connections each, fits in. */
  connectionsPerAddress: 1_024,
  /** A proxy on this machine speaks for everybody. */
  shared: (address: string) => loopback.has(address),
} as const;
