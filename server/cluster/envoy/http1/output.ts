import type { Duplex } from "node:stream";
import { OUTPUT_BYTES } from "../limits.ts";

export const NOTHING = Buffer.alloc(0);

/** What is left behind the first bytes. Nothing left is no view of a large buffer: idle connections would keep it alive. */
export function after(bytes: Buffer, count: number): Buffer {
  return count >= bytes.length ? NOTHING : bytes.subarray(count);
}

/**
 * Collects what is written in one go (head, body, end) and hands it to the socket together: one TLS record and one
 * delivery for most messages.
 */
export class Output {
  private text = "";
  private parts: Buffer[] = [];
  private bytes = 0;
  private scheduled = false;

  constructor(private readonly socket: Duplex) {}

  writeText(text: string): void {
    this.text += text;
    this.bytes += text.length;
    this.schedule();
  }

  write(chunk: Buffer): void {
    this.keepText();
    this.parts.push(chunk);
    this.bytes += chunk.length;
    this.schedule();
  }

  /** Whether the peer is behind. */
  get blocked(): boolean {
    return this.socket.writableNeedDrain;
  }

  flush(): void {
    this.keepText();
    const { parts } = this;
    const [first] = parts;
    if (!first) return;
    this.parts = [];
    this.bytes = 0;
    if (this.socket.destroyed || this.socket.writableEnded) return;
    this.socket.write(parts.length === 1 ? first : Buffer.concat(parts));
  }

  private keepText(): void {
    if (this.text === "") return;
    this.parts.push(Buffer.from(this.text, "latin1"));
    this.text = "";
  }

  private schedule(): void {
    if (this.bytes >= OUTPUT_BYTES) {
      this.flush();
      return;
    }
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      this.flush();
    });
  }
}
