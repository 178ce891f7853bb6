import { writeSync } from "node:fs";
import { INPUT_CHUNK, INPUT_HELD_MS, INPUT_PENDING, INPUT_RETRY_MS } from "../limits.ts";

const CTRL_C = 0x03;

export interface InputTarget {
  /** The pty's descriptor, or undefined once it is closed: its number may then belong to something else. */
  descriptor(): number | undefined;
  /** Interrupts the program in the foreground when the terminal is too full to take a Ctrl-C. */
  interrupt(): void;
}

/**
 * Writes to a pty without ever waiting in the kernel. node-pty's own writer retries a full pty with setImmediate and
 * keeps a core busy (microsoft/node-pty#956); this one backs off.
 *
 * Keys wait until the program has said something. Until then what starts it (a sandbox, a limit) stands in the terminal's
 * foreground, and a Ctrl-C would end that: a shell says nothing before it minds its signals.
 */
export class InputWriter {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private attempt = 0;
  private timer: NodeJS.Timeout | undefined;
  private starting: NodeJS.Timeout | undefined;

  constructor(private readonly target: InputTarget) {
    this.starting = setTimeout(() => this.begin(), INPUT_HELD_MS).unref();
  }

  /** The program is there: it has said something. */
  begin(): void {
    if (!this.starting) return;
    clearTimeout(this.starting);
    this.starting = undefined;
    this.pump();
  }

  /** False, with nothing taken, when too much is waiting already. A single Ctrl-C is always taken, and first. */
  write(text: string): boolean {
    const data = Buffer.from(text, "utf8");
    if (data.length === 1 && data[0] === CTRL_C && this.pendingBytes > 0) {
      this.clear();
      this.pending = [data];
      this.pendingBytes = data.length;
      this.pump();
      // Still full: the key waits in line, for a shell to clear its line with; the program is interrupted by signal.
      if (this.pendingBytes > 0 && !this.starting) this.target.interrupt();
      return true;
    }
    if (this.pendingBytes + data.length > INPUT_PENDING) return false;
    this.pending.push(data);
    this.pendingBytes += data.length;
    if (!this.timer) this.pump();
    return true;
  }

  dispose(): void {
    clearTimeout(this.starting);
    this.starting = undefined;
    this.clear();
  }

  private clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.pending = [];
    this.pendingBytes = 0;
    this.attempt = 0;
  }

  private pump(): void {
    if (this.starting) return;
    this.timer = undefined;
    for (let head = this.pending[0]; head; head = this.pending[0]) {
      const written = this.tryWrite(head.subarray(0, INPUT_CHUNK));
      if (written === undefined) {
        this.clear();
        return;
      }
      if (written === 0) {
        const wait = INPUT_RETRY_MS[Math.min(this.attempt++, INPUT_RETRY_MS.length - 1)];
        this.timer = setTimeout(() => this.pump(), wait);
        return;
      }
      this.attempt = 0;
      this.pendingBytes -= written;
      if (written === head.length) this.pending.shift();
      else this.pending[0] = head.subarray(written);
    }
  }

  /** Bytes written; 0 when the pty is full; undefined when it is gone. */
  private tryWrite(data: Buffer): number | undefined {
    const descriptor = this.target.descriptor();
    if (descriptor === undefined) return undefined;
    try {
      return writeSync(descriptor, data);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
      return undefined; // EIO: the shell has just ended; its exit event follows
    }
  }
}
