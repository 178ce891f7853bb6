import { z } from "zod";

/** Terminal names are chosen by the client, unique in a workspace: "main", "2", … */
export const terminalId = z.string().regex(/^[a-z0-9-]{1,32}$/);

export const terminalSize = z.strictObject({
  cols: z.number().int().min(2).max(500),
  rows: z.number().int().min(1).max(300),
});
export type TerminalSize = z.infer<typeof terminalSize>;

/**
 * Attach to a terminal, opening it if there is none of that name. `after` is the byte offset up to which this client
 * has shown the output (absent: nothing yet), `epoch` the shell whose output that was: an offset without its epoch
 * means nothing. The answer is the rest of the output, or a snapshot when that is gone or another shell's.
 */
export const terminalAttach = terminalSize.extend({
  terminal: terminalId,
  after: z.number().int().nonnegative().optional(),
  epoch: z.string().max(64).optional(),
});
export type TerminalAttach = z.infer<typeof terminalAttach>;

/** `epoch` changes when the shell behind the name is a new one: offsets of an older epoch mean nothing. */
export const terminalAttached = z.strictObject({
  terminal: terminalId,
  epoch: z.string(),
  pid: z.number().int(),
  /** "resume": output follows from `after`. "snapshot": reset the screen, write `screen`, go on from `offset`. */
  mode: z.enum(["resume", "snapshot"]),
  offset: z.number().int().nonnegative(),
  screen: z.string().optional(),
  /** Said to the learner when the shell had to be started anew, e.g. after the workspace host died. */
  notice: z.string().optional(),
});
export type TerminalAttached = z.infer<typeof terminalAttached>;

/** A run of output bytes; `offset` is the position of its first byte in everything this shell has ever written. */
export interface TerminalOutput {
  readonly terminal: string;
  readonly epoch: string;
  readonly offset: number;
  readonly data: Uint8Array;
}

/** `offset`: all bytes before it have been parsed by xterm. Sent about every 64 KiB; the host pauses the pty without it. */
export const terminalAck = z.strictObject({
  terminal: terminalId,
  epoch: z.string(),
  offset: z.number().int().nonnegative(),
});
export type TerminalAck = z.infer<typeof terminalAck>;

/** Input is numbered per `writer` (one per page load), from 1, so that a resend after a reconnect is typed once. */
export const terminalInput = z.strictObject({
  terminal: terminalId,
  writer: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
  seq: z.number().int().positive(),
  data: z.string().max(65_536),
});
export type TerminalInput = z.infer<typeof terminalInput>;

export const terminalResize = terminalSize.extend({ terminal: terminalId });
export type TerminalResize = z.infer<typeof terminalResize>;

/** The screen of a terminal as a host tells it to whoever watches. `screen` goes to an empty terminal of that size. */
export const hostPicture = z.strictObject({
  terminal: terminalId,
  cols: z.number().int(),
  rows: z.number().int(),
  screen: z.string(),
});
export type HostPicture = z.infer<typeof hostPicture>;

export interface TerminalExit {
  readonly terminal: string;
  readonly epoch: string;
  readonly exitCode: number;
}
