// What a terminal says by itself when a program asks: device attributes, cursor position, status, colours, mode reports,
// focus in and out. After xterm.js InputHandler; not every xterm answer, but every one a replayed screen can provoke.
const esc = "\u001b";
const bell = "\u0007";
const report = `${esc}\\[[?>=]?[\\d;]*(?:\\$y|[cnRtuyIO])`;
const colour = `${esc}\\](?:4|1[0-2]);[^${bell}${esc}]*(?:${bell}|${esc}\\\\)`;
const string = `${esc}P[^${esc}]*${esc}\\\\`;
const answer = new RegExp(`^(?:${report}|${colour}|${string})+$`);

/**
 * True for data that xterm makes in answer to output. While a snapshot is replayed such answers must not reach the
 * shell: the question was answered long ago. Typed text is never one of these.
 */
export const isTerminalAnswer = (data: string): boolean => answer.test(data);
