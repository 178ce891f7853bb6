import type { Duplex } from "node:stream";
import { MAX_LINE_BYTES } from "./ads.ts";
import { MAX_PENDING_BYTES } from "./limits.ts";

const NEWLINE = 0x0a;

/** The peer broke the framing rules; the stream is destroyed with this error. */
export class FramingError extends Error {
  override readonly name = "FramingError";
}

/**
 * One JSON text per line over a byte stream, both ways.
 *
 * Reading is pulled: the next line is parsed when the last one has been taken, so a slow reader slows the peer. A line
 * longer than MAX_LINE_BYTES or one that is no JSON ends the stream with a FramingError. `In` is trusted as parsed: both
 * ends of this wire are ours and checked where they are made.
 */
export class JsonLineStream<In, Out> {
  /** All senders that wait, wait for the same drain. */
  private draining: Promise<void> | undefined;

  constructor(private readonly stream: Duplex) {}

  /** Resolves when the peer may be sent more. Rejects when the stream has ended or the peer has stopped reading. */
  async send(message: Out): Promise<void> {
    if (this.stream.destroyed || this.stream.writableEnded) throw new Error("stream is closed");
    if (this.stream.writableLength > MAX_PENDING_BYTES) {
      const error = new FramingError("the peer has stopped reading");
      this.stream.destroy(error);
      throw error;
    }
    if (this.stream.write(`${JSON.stringify(message)}\n`)) return;
    this.draining ??= this.drained().finally(() => {
      this.draining = undefined;
    });
    await this.draining;
  }

  /** Messages until the peer ends the stream; throws what the stream fails with. Leaving the loop destroys the stream. */
  async *messages(): AsyncGenerator<In> {
    const lines = new LineBuffer();
    for await (const chunk of this.stream) {
      for (const line of lines.push(chunk)) yield this.parse(line);
    }
    if (lines.pending > 0) throw new FramingError("the stream ended inside a message");
  }

  end(): void {
    this.stream.end();
  }

  private parse(line: string): In {
    try {
      return JSON.parse(line);
    } catch (cause) {
      throw new FramingError("a line is not JSON", { cause });
    }
  }

  private drained(): Promise<void> {
    const { stream } = this;
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => {
        stream.off("drain", onDrain);
        stream.off("error", settle);
        stream.off("close", onClose);
        if (error) reject(error);
        else resolve();
      };
      const onDrain = () => settle();
      const onClose = () => settle(new Error("stream is closed"));
      stream.once("drain", onDrain);
      stream.once("error", settle);
      stream.once("close", onClose);
    });
  }
}

/** Cuts bytes into lines without copying what has been seen: a long line arrives in many chunks. */
class LineBuffer {
  private chunks: Buffer[] = [];
  pending = 0;

  *push(data: Buffer | string): Generator<string> {
    let rest = typeof data === "string" ? Buffer.from(data) : data;
    for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
      this.keep(rest.subarray(0, at));
      rest = rest.subarray(at + 1);
      const line = Buffer.concat(this.chunks).toString("utf8");
      this.chunks = [];
      this.pending = 0;
      if (line.trim()) yield line;
    }
    this.keep(rest);
  }

  private keep(part: Buffer): void {
    if (part.length === 0) return;
    this.pending += part.length;
    if (this.pending > MAX_LINE_BYTES)
      throw new FramingError(`a message is longer than ${MAX_LINE_BYTES} bytes`);
    this.chunks.push(part);
  }
}
