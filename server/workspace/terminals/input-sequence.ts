import { MAX_WRITERS } from "../limits.ts";

/** Remembers the last input number of each page load, so that a resend after a reconnect is typed once. */
export class InputSequence {
  private readonly last = new Map<string, number>();

  /** True the first time this number (or a higher one) comes from the writer. */
  isNew(writer: string, seq: number): boolean {
    return seq > (this.last.get(writer) ?? 0);
  }

  taken(writer: string, seq: number): void {
    this.last.delete(writer);
    this.last.set(writer, seq);
    if (this.last.size > MAX_WRITERS)
      for (const oldest of this.last.keys()) return void this.last.delete(oldest);
  }
}

// What a terminal says by itself when a program asks it something: cursor position, device attributes, mode and colour
// reports. Two pages on one terminal would both answer, so only the one that was used last is believed.
const answer =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal answers are control characters
  /^(?:\x1b\[[?>=]?[\d;]*\$?[cnRyx]|\x1b\](?:4|1[0-9]);[^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[^\x1b]*\x1b\\)+$/;

export function isTerminalAnswer(data: string): boolean {
  return data.length < 4096 && answer.test(data);
}
