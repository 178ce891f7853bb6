import type { HeaderMap } from "../http/headers.ts";
import { PROTOCOL_ERROR, upstreamReset } from "../http/local-reply.ts";
import type { Cancel, UpstreamListener, UpstreamRequest, UpstreamStream } from "../http/upstream.ts";
import type { UpstreamSocket } from "../upstream/dial.ts";
import { BodyReader } from "./body-reader.ts";
import { CodecError } from "./errors.ts";
import { responseFraming } from "./framing.ts";
import { headEnd, parseResponseHead } from "./head.ts";
import { after, NOTHING, Output } from "./output.ts";
import { type BodyForm, chunkHead, LAST_CHUNK, requestHead } from "./write-head.ts";

export interface ClientOwner {
  /** The connection can take another request. */
  idle(): void;
  /** The connection is gone; told once. */
  closed(): void;
  bug(error: unknown): void;
}

/** The client's side of one HTTP/1.1 connection, for one request at a time. */
export class Http1ClientConnection implements UpstreamStream {
  /** Requests begun on it. */
  served = 0;
  private rest: Buffer = NOTHING;
  private searched = 0;
  private exchange: { readonly request: UpstreamRequest; readonly listener: UpstreamListener } | undefined;
  private body: BodyReader | undefined;
  private form: BodyForm = "none";
  private sent = false;
  private keepAlive = true;
  private closed = false;
  private drainListener: (() => void) | undefined;
  private readonly output: Output;

  constructor(
    readonly facts: UpstreamSocket,
    private readonly owner: ClientOwner,
  ) {
    const { socket } = facts;
    this.output = new Output(socket);
    socket.on("data", this.onData);
    socket.once("end", this.onEnd);
    socket.once("close", this.onClose);
    socket.on("drain", this.onSocketDrain);
    socket.on("error", ignore);
  }

  get usable(): boolean {
    return !this.closed && !this.exchange && !this.facts.socket.destroyed;
  }

  get busy(): boolean {
    return this.exchange !== undefined;
  }

  start(request: UpstreamRequest, listener: UpstreamListener): Cancel {
    this.served += 1;
    const exchange = { request, listener };
    this.exchange = exchange;
    this.sent = !request.hasBody;
    const { head, hasBody } = request;
    const { text, form } = requestHead(head.headers, { ...head, hasBody });
    this.form = form;
    this.output.writeText(text);
    listener.ready(this, this.facts);
    return () => {
      if (this.exchange !== exchange) return;
      this.exchange = undefined; // a connection in the middle of a message is of no further use
      this.destroy();
    };
  }

  destroy(): void {
    this.facts.socket.destroy();
  }

  write(chunk: Buffer): boolean {
    if (this.sent || chunk.length === 0) return true;
    if (this.form === "chunked") this.output.writeText(chunkHead(chunk));
    this.output.write(chunk);
    if (this.form === "chunked") this.output.writeText("\r\n");
    return !this.output.blocked;
  }

  onDrain(listener: () => void): void {
    this.drainListener = listener;
  }

  end(): void {
    if (this.sent) return;
    this.sent = true;
    if (this.form === "chunked") this.output.writeText(LAST_CHUNK);
  }

  pause(): void {
    this.facts.socket.pause();
  }

  resume(): void {
    this.facts.socket.resume();
  }

  private readonly onData = (chunk: Buffer): void => {
    if (!this.exchange) {
      this.destroy(); // an answer nobody asked for
      return;
    }
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    try {
      while (this.exchange && this.rest.length > 0 && this.step());
    } catch (error) {
      if (error instanceof CodecError) this.fail(PROTOCOL_ERROR);
      else this.owner.bug(error); // a bug of ours costs this connection, not the cluster
      this.destroy();
    }
  };

  private readonly onEnd = (): void => {
    if (this.body?.endsWithConnection) this.complete();
    this.facts.socket.destroy();
  };

  private readonly onClose = (): void => {
    if (this.closed) return;
    this.closed = true;
    this.fail(upstreamReset("connection termination", ""));
    this.owner.closed();
  };

  private readonly onSocketDrain = (): void => {
    const listener = this.drainListener;
    this.drainListener = undefined;
    listener?.();
  };

  private step(): boolean {
    if (this.body) {
      const { body } = this;
      const taken = body.read(this.rest, (chunk) => this.exchange?.listener.data(chunk));
      this.rest = after(this.rest, taken);
      if (body.done) this.complete();
      return taken > 0;
    }
    const end = headEnd(this.rest, this.searched);
    this.searched = end < 0 ? this.rest.length : 0;
    if (end < 0) return false;
    const text = this.rest.toString("latin1", 0, end);
    this.rest = after(this.rest, end);
    this.begin(text);
    return true;
  }

  private begin(text: string): void {
    const { exchange } = this;
    if (!exchange) return;
    const { status, minor, headers } = parseResponseHead(text);
    const { listener, request } = exchange;
    if (status === 101 && request.upgrade) {
      this.upgrade(headers);
      return;
    }
    if (status < 200) return; // 100, 102, 103: what follows is the answer
    const connection = headers.joined("connection")?.toLowerCase() ?? "";
    this.keepAlive = minor === 1 ? !connection.includes("close") : connection.includes("keep-alive");
    const framing = responseFraming(headers, { status, method: request.head.method });
    headers.remove("transfer-encoding");
    if (framing.kind === "none") {
      this.complete(() => listener.head(status, headers, true));
      return;
    }
    this.body = new BodyReader(framing);
    listener.head(status, headers, false);
  }

  /** The exchange is over before anybody hears of it: whoever then gives it up does not cost the connection. */
  private complete(before?: () => void): void {
    const { exchange, body } = this;
    if (!exchange) return;
    const whole = this.sent && this.keepAlive && this.rest.length === 0 && !body?.endsWithConnection;
    this.body = undefined;
    this.exchange = undefined;
    this.drainListener = undefined;
    if (this.facts.socket.isPaused()) this.facts.socket.resume();
    if (!whole) this.destroy();
    before?.();
    exchange.listener.end(undefined);
    if (whole) this.owner.idle();
  }

  private upgrade(headers: HeaderMap): void {
    const { exchange, rest } = this;
    const { socket } = this.facts;
    this.closed = true;
    this.exchange = undefined;
    this.rest = NOTHING;
    socket
      .off("data", this.onData)
      .off("end", this.onEnd)
      .off("close", this.onClose)
      .off("drain", this.onSocketDrain);
    this.owner.closed();
    exchange?.listener.upgraded(headers, { socket, head: rest });
  }

  private fail(reply: ReturnType<typeof upstreamReset>): void {
    const { exchange } = this;
    this.exchange = undefined;
    this.body = undefined;
    exchange?.listener.failed(reply, true);
  }
}

const ignore = () => undefined;
