/** Terminals of one workspace; the ninth is refused. */
export const MAX_TERMINALS = 8;

/** Lines of scrollback in a snapshot. A full 1,000-line snapshot takes about 15 ms; 5,000 lines would take 70. */
export const SCROLLBACK_LINES = 1_000;

/**
 * Raw output kept per terminal, to resume a client that was away for a moment. Must exceed PAUSE_ABOVE and MIRROR_PENDING by what a pty
 * still delivers after it is paused (one read, 64 KiB), so that what a client has not been sent is always here.
 */
export const RING_BYTES = 1280 * 1024;

/**
 * The pty is paused when a client has this many bytes unacknowledged. An acknowledgement crosses two processes, so the
 * window is wider than VS Code's 100,000 (one process): a narrow one leaves the pty waiting instead of the client. What
 * is in it is also what still scrolls by after a Ctrl-C: about 30 ms of a browser's parsing.
 */
export const PAUSE_ABOVE = 384 * 1024;
/**
 * … and resumed at or below this. Must exceed the 64 KiB that a browser parses before it acknowledges: a client that has
 * shown everything may owe that much. VS Code resumes below 5,000, because there a client acknowledges every 5,000.
 */
export const RESUME_BELOW = 192 * 1024;

/**
 * Output waits this long, or until there are this many bytes, before the mirror looks at it: of a flood only the lines
 * that are still on the screen then are parsed. Must stay below MIRROR_PENDING, else the pty waits for the timer.
 */
export const MIRROR_HOLD_MS = 50;
export const MIRROR_HOLD_BYTES = 512 * 1024;

/** The mirror parses behind the pty; the pty waits above this, so that a snapshot's offset is still in the ring. */
export const MIRROR_PENDING = 1024 * 1024;

/** Quiet for this long: output is sent at once. Else it is collected for this long, or until COALESCE_BYTES. */
export const COALESCE_MS = 5;
export const COALESCE_BYTES = 64 * 1024;

/** A client that is full for this long while another one is not is disconnected; it comes back with a snapshot. */
export const STALLED_AFTER_MS = 15_000;

/** Input waiting for a program that does not read. Beyond it the input is refused with a sentence. */
export const INPUT_PENDING = 64 * 1024;
export const INPUT_CHUNK = 1024;
/** Pauses between attempts to write to a full pty, in milliseconds. */
export const INPUT_RETRY_MS = [1, 5, 20] as const;

/** A program that says nothing gets what was typed after this time, as if it had. */
export const INPUT_HELD_MS = 5_000;

/** Writers (page loads) whose last sequence number is remembered per terminal; the oldest is forgotten. */
export const MAX_WRITERS = 64;

/** Those who watch, not use, one terminal. */
export const MAX_OBSERVERS = 8;
/** An observer gets at most ten pictures a second: enough to follow what is typed. */
export const OBSERVE_EVERY_MS = 100;
/** A connection with more than this waiting gets no picture until it is written. */
export const PICTURE_ABOVE_BYTES = 64 * 1024;
/** Last commands of a learner that an instructor who helps is shown, and how much of the history is read for them. */
export const HISTORY_LINES = 20;
export const HISTORY_BYTES = 64 * 1024;

/** A screen is saved this often when it has changed. */
export const SNAPSHOT_EVERY_MS = 5_000;

/** Connections of web to this host; the next one is refused. */
export const MAX_CONNECTIONS = 64;
/** Largest frame a host reads: an input of 64 KiB whose every character is escaped as six. */
export const MAX_FRAME_BYTES = 512 * 1024;
/** Bytes a connection may have waiting to be written before it is cut. Above (window + one read) × terminals: 3.5 MiB. */
export const MAX_BUFFERED_BYTES = 6 * 1024 * 1024;
/** A connection says hello within this time. */
export const HELLO_WITHIN_MS = 5_000;

/** A shell waits this long for the first cluster, so that GATEWAY_IP is set in it. Below the 10 s that a page waits. */
export const SHELL_WAITS_FOR_CLUSTER_MS = 6_000;
/** The practice cluster must print its ready line within this time. */
export const CLUSTER_READY_MS = 60_000;
/** Pauses before the cluster is started again; the last one repeats. */
export const CLUSTER_RESTART_MS = [100, 500, 2_000, 5_000, 15_000] as const;
/** A cluster that was ready for this long starts the list of pauses afresh; one that dies at once makes them grow. */
export const CLUSTER_SETTLED_MS = 250;
/** Pauses between two looks at a real cluster: while it answers, and while it does not; the last one repeats. */
export const REAL_CLUSTER_LOOK_MS = 5_000;
export const REAL_CLUSTER_RETRY_MS = [500, 1_000, 2_000, 5_000] as const;
/** After SIGTERM a process has this long before SIGKILL. */
export const STOP_GRACE_MS = 3_000;

/** One command that prepares a lab. */
export const PREPARE_COMMAND_MS = 120_000;
/** What is kept of its output for the message when it fails. */
export const PREPARE_OUTPUT = 4_000;
/** Pauses before a preparation command is tried again. */
export const PREPARE_RETRY_MS = [500, 1_000, 2_000, 4_000] as const;

/** sockaddr_un holds 108 bytes on Linux, 104 on macOS, with the final zero. */
export const MAX_SOCKET_PATH = 100;

/** A prepared start of a lab is used for so long: certificates in it are made for a year, images of a lab change. */
export const SNAPSHOT_LIFE_MS = 30 * 86_400_000;
/** … and made anew from this age on, long before. */
export const SNAPSHOT_RENEW_MS = 14 * 86_400_000;
/** A cluster that leaves such a start behind at its end has so long to write it, on a machine that is busy with learners. */
export const PACK_GRACE_MS = 60_000;

/** Looking for what a learner has made in the cluster; what did not answer by then is not named. */
export const OWN_WORK_MS = 5_000;
/** Objects that are named before they are lost; the rest goes with them unnamed. */
export const MAX_LOST_NAMED = 200;
