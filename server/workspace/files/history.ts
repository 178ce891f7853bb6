import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { HISTORY_BYTES, HISTORY_LINES } from "../limits.ts";

/** The last commands of the learner's shells, newest last: each prompt appends to ~/.bash_history. */
export function readHistory(home: string): string[] {
  let descriptor: number;
  try {
    // The learner may have put anything there; a link would have us read for them what they cannot, a fifo would hold us.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    descriptor = openSync(path.join(home, ".bash_history"), flags);
  } catch {
    return []; // nothing typed yet, or not a file of theirs
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return [];
    const from = Math.max(0, stats.size - HISTORY_BYTES);
    const buffer = Buffer.alloc(Math.min(stats.size, HISTORY_BYTES));
    const length = readSync(descriptor, buffer, 0, buffer.length, from);
    const lines = buffer.subarray(0, length).toString("utf8").split("\n");
    // The first line may be half of one.
    return lines
      .slice(from > 0 ? 1 : 0)
      .filter((line) => line.trim() !== "" && !/^#\d+$/.test(line))
      .slice(-HISTORY_LINES);
  } finally {
    closeSync(descriptor);
  }
}
