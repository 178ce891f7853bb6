import type { Clock } from "../base/index.ts";
import { LOG_BYTES, LOG_LINE_BYTES, LOG_LINES } from "./limits.ts";

export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
}

/** What one instance of a container wrote: whole lines with their time, bounded; the last line may be incomplete. */
export class ContainerLog {
  private lines: LogLine[] = [];
  private bytes = 0;
  private partial = "";
  private readonly readers = new Set<(line: LogLine) => void>();
  private readonly listeners = new Set<(text: string) => void>();
  private readonly enders = new Set<() => void>();
  ended = false;

  constructor(private readonly clock: Clock) {}

  write(text: string): void {
    for (const listener of this.listeners) listener(text);
    const parts = (this.partial + text).split("\n");
    this.partial = parts.pop() ?? "";
    for (const part of parts) this.add(part);
    while (this.partial.length > LOG_LINE_BYTES) {
      this.add(this.partial.slice(0, LOG_LINE_BYTES));
      this.partial = this.partial.slice(LOG_LINE_BYTES);
    }
  }

  end(): void {
    if (this.ended) return;
    if (this.partial) this.add(this.partial);
    this.partial = "";
    this.ended = true;
    for (const ender of this.enders) ender();
    this.readers.clear();
    this.listeners.clear();
    this.enders.clear();
  }

  all(): readonly LogLine[] {
    return this.lines;
  }

  /** All that is kept, an unfinished last line included. */
  text(): string {
    return this.lines.map((line) => `${line.text}\n`).join("") + this.partial;
  }

  /** Calls `hear` with whatever is written from now on, as it is written; `end` when there will be no more. */
  listen(hear: (text: string) => void, end: () => void): () => void {
    this.listeners.add(hear);
    this.enders.add(end);
    return () => {
      this.listeners.delete(hear);
      this.enders.delete(end);
    };
  }

  /** Calls `read` for every later line, `end` when there will be none; returns what stops that. */
  follow(read: (line: LogLine) => void, end: () => void): () => void {
    this.readers.add(read);
    this.enders.add(end);
    return () => {
      this.readers.delete(read);
      this.enders.delete(end);
    };
  }

  private add(text: string): void {
    const line = { at: this.clock.now(), text };
    this.lines.push(line);
    this.bytes += text.length + 1;
    if (this.lines.length > LOG_LINES || this.bytes > LOG_BYTES) this.rotate();
    for (const reader of this.readers) reader(line);
  }

  /** Drops the older half, so that trimming costs nothing per line. */
  private rotate(): void {
    this.lines = this.lines.slice(Math.ceil(this.lines.length / 2));
    this.bytes = this.lines.reduce((sum, line) => sum + line.text.length + 1, 0);
  }
}
