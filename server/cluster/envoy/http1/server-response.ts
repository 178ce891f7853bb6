import type { HeaderMap } from "../http/headers.ts";
import type { DownstreamResponse, TakenOver } from "../http/message.ts";
import type { Output } from "./output.ts";
import { type BodyForm, chunkHead, LAST_CHUNK, responseHead } from "./write-head.ts";

export interface ResponseOwner {
  readonly toHead: boolean;
  readonly http10: boolean;
  /** Asked when the head is written. */
  lastAnswer(): boolean;
  ended(last: boolean): void;
  reset(): void;
  release(): TakenOver;
}

/** The answer to one request of an HTTP/1 connection. */
export class ServerResponse implements DownstreamResponse {
  headWritten = false;
  private form: BodyForm = "none";
  private last = false;
  private finished = false;
  private closeListener: ((complete: boolean) => void) | undefined;
  private drainListener: (() => void) | undefined;

  constructor(
    private readonly output: Output,
    private readonly owner: ResponseOwner,
  ) {}

  writeHead(status: number, headers: HeaderMap, end: boolean): void {
    if (this.headWritten || this.finished) return;
    this.headWritten = true;
    const { toHead, http10 } = this.owner;
    this.last = this.owner.lastAnswer() || (http10 && !end && !headers.has("content-length"));
    const { text, form } = responseHead(headers, { status, end, toHead, http10, close: this.last });
    this.form = form;
    this.output.writeText(text);
    if (end) this.finish();
  }

  write(chunk: Buffer): boolean {
    if (this.finished || chunk.length === 0 || this.form === "none") return true;
    if (this.form === "chunked") this.output.writeText(chunkHead(chunk));
    this.output.write(chunk);
    if (this.form === "chunked") this.output.writeText("\r\n");
    return !this.output.blocked;
  }

  onDrain(listener: () => void): void {
    this.drainListener = listener;
  }

  end(): void {
    if (this.finished) return;
    if (this.form === "chunked") this.output.writeText(LAST_CHUNK);
    this.finish();
  }

  reset(): void {
    if (!this.finished) this.owner.reset();
  }

  onClose(listener: (complete: boolean) => void): void {
    this.closeListener = listener;
  }

  switchProtocols(headers: HeaderMap): TakenOver {
    this.finished = true;
    const lines = headers.entries().map(([name, value]) => `${name}: ${value}\r\n`);
    this.output.writeText(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
    return this.owner.release();
  }

  /** The connection is gone. */
  lost(): void {
    if (this.finished) return;
    this.finished = true;
    this.closeListener?.(false);
  }

  drained(): void {
    const listener = this.drainListener;
    this.drainListener = undefined;
    listener?.();
  }

  private finish(): void {
    this.finished = true;
    this.closeListener?.(true);
    this.owner.ended(this.last);
  }
}
