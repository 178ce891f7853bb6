import { REPLAY_BODY_BYTES } from "../limits.ts";
import type { HeaderMap } from "./headers.ts";
import type { BodySink, IncomingBody, OutgoingBody } from "./message.ts";

/**
 * A request body on its way to the current attempt, kept (up to a limit) so that a retry can send it again. Slow
 * upstreams slow the client down.
 */
export class RequestBody implements BodySink {
  bytes = 0;
  ended: boolean;
  private kept: Buffer[] = [];
  private sink: OutgoingBody | undefined;
  private consumed = false;
  private tooLong = false;
  private trailers: HeaderMap | undefined;
  private readonly mirrors: OutgoingBody[] = [];
  private readonly endListeners: (() => void)[] = [];

  constructor(
    private readonly source: IncomingBody,
    readonly present: boolean,
    private readonly keep: boolean,
  ) {
    this.ended = !present;
    if (!present) source.consume(NOBODY);
  }

  /** Whether a further attempt could send the whole body. */
  get replayable(): boolean {
    return this.bytes === 0 || (this.keep && !this.tooLong);
  }

  /** From now on (and from the beginning) the body goes to `sink`. */
  attach(sink: OutgoingBody): void {
    if (!this.present) return;
    this.sink = sink;
    for (const chunk of this.kept) sink.write(chunk);
    if (this.ended) sink.end(this.trailers);
    else if (this.consumed) this.source.resume();
    else {
      this.consumed = true;
      this.source.consume(this);
    }
  }

  detach(): void {
    this.sink = undefined;
  }

  /** A copy to somebody whose pace does not matter. */
  mirror(sink: OutgoingBody): void {
    for (const chunk of this.kept) sink.write(chunk);
    if (this.ended) sink.end();
    else this.mirrors.push(sink);
  }

  onEnd(listener: () => void): void {
    if (this.ended) listener();
    else this.endListeners.push(listener);
  }

  data(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.keep && this.bytes <= REPLAY_BODY_BYTES) this.kept.push(chunk);
    else {
      this.tooLong = true;
      this.kept = [];
    }
    for (const mirror of this.mirrors) mirror.write(chunk);
    const { sink } = this;
    if (!sink || sink.write(chunk)) return;
    this.source.pause();
    sink.onDrain(() => this.source.resume());
  }

  end(trailers: HeaderMap | undefined): void {
    this.ended = true;
    this.trailers = trailers;
    this.sink?.end(trailers);
    for (const mirror of this.mirrors) mirror.end();
    for (const listener of this.endListeners) listener();
  }
}

const NOBODY: BodySink = { data: () => undefined, end: () => undefined };
