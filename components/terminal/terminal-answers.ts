// What a terminal says by itself when a program asks: device attributes, cursor position, status, colours, mode reports,
// focus in/out. After xterm.js InputHandler; not every xterm answer, but every one a replayed screen can provoke.
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters.
const answer = /^(\x1b\[[?>=]?[\d;]*[cnRtuy]|\x1b\[\?[\d;]+\$y|\x1b\[[\d;]+\$y|\x1b\](?:4|1[0-2]);[^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[^\x1b]*\x1b\\|\x1b\[[IO])+$/;

/**
 * True for data that xterm makes in answer to output. While a snapshot is replayed such answers must not reach the
 * shell: the question was answered long ago. Typed text is never one of these.
 */
export const isTerminalAnswer = (data: string): boolean => answer.test(data);
