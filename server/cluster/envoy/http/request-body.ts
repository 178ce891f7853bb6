import type { Readable, Writable } from "node:stream";
import { REPLAY_BODY_BYTES } from "../limits.ts";

/**
 * A request body on its way to the current attempt, kept (up to a limit) so that a retry can send it again. Slow
 * upstreams slow the client down.
 */
export class RequestBody {
  bytes = 0;
  ended = false;
  private kept: Buffer[] = [];
  private sink: Writable | undefined;
  private tooLong = false;
  private readonly mirrors: Writable[] = [];
  private readonly endListeners: (() => void)[] = [];

  constructor(
    private readonly source: Readable,
    present: boolean,
    private readonly keep: boolean,
  ) {
    if (!present) {
      this.ended = true;
      return;
    }
    source.on("data", (chunk: Buffer) => this.receive(chunk));
    source.once("end", () => this.finish());
    source.pause(); // until somebody takes it
  }

  /** Whether a further attempt could send the whole body. */
  get replayable(): boolean {
    return this.bytes === 0 || (this.keep && !this.tooLong);
  }

  /** From now on (and from the beginning) the body goes to `sink`. */
  attach(sink: Writable): void {
    this.sink = sink;
    for (const chunk of this.kept) sink.write(chunk);
    if (this.ended) sink.end();
    else this.source.resume();
  }

  detach(): void {
    this.sink = undefined;
  }

  /** A copy to somebody whose pace does not matter. */
  mirror(sink: Writable): void {
    if (this.ended) sink.end();
    else this.mirrors.push(sink);
  }

  onEnd(listener: () => void): void {
    if (this.ended) listener();
    else this.endListeners.push(listener);
  }

  private receive(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.keep && this.bytes <= REPLAY_BODY_BYTES) this.kept.push(chunk);
    else {
      this.tooLong = true;
      this.kept = [];
    }
    for (const mirror of this.mirrors) mirror.write(chunk);
    const { sink } = this;
    if (!sink || sink.destroyed || sink.write(chunk)) return;
    this.source.pause();
    sink.once("drain", () => this.source.resume());
  }

  private finish(): void {
    this.ended = true;
    this.sink?.end();
    for (const mirror of this.mirrors) mirror.end();
    for (const listener of this.endListeners) listener();
  }
}
