import type { Duplex } from "node:stream";
import type { BodySink, DownstreamRequest, DownstreamResponse } from "../http/message.ts";
import { READ_AHEAD_BYTES } from "../limits.ts";
import { BodyReader } from "./body-reader.ts";
import { CodecError } from "./errors.ts";
import { requestFraming } from "./framing.ts";
import { headEnd, leadingEmptyLines, parseRequestHead, refuseOtherProtocols } from "./head.ts";
import { after, NOTHING, Output } from "./output.ts";
import { readRequest } from "./request.ts";
import { ServerResponse } from "./server-response.ts";

export interface ServerHandler {
  request(request: DownstreamRequest, response: DownstreamResponse): void;
  /** What came is no request; the connection ends with the answer. */
  invalid(error: CodecError, response: DownstreamResponse): void;
  /** Whether this answer shall be the connection's last. */
  closing(): boolean;
  bug(error: unknown): void;
  /** Destroys the socket after a while: a client that is still sending must be able to read its answer first. */
  linger(socket: Duplex): void;
}

/** The server's side of one HTTP/1 connection: one request at a time, further ones wait in the read-ahead. */
export class Http1ServerConnection {
  private rest: Buffer = NOTHING;
  private searched = 0;
  private body: BodyReader | undefined;
  private sink: BodySink | undefined;
  private response: ServerResponse | undefined;
  private paused = false;
  private reading = false;
  private over = false;
  private readonly output: Output;

  constructor(
    private readonly socket: Duplex,
    private readonly handler: ServerHandler,
  ) {
    this.output = new Output(socket);
    socket.on("data", this.onData);
    socket.once("end", this.onEnd);
    socket.once("close", this.onClose);
    socket.on("drain", this.onDrain);
  }

  /** Whether a request is being answered. */
  get busy(): boolean {
    return this.response !== undefined;
  }

  /** Ends once what has been written is out. */
  close(): void {
    if (this.over) return;
    this.over = true;
    this.output.flush();
    if (this.body) {
      this.socket.end();
      this.socket.resume();
      this.handler.linger(this.socket);
    } else if ("destroySoon" in this.socket && typeof this.socket.destroySoon === "function")
      Reflect.apply(this.socket.destroySoon, this.socket, []);
    else this.socket.end(() => this.socket.destroy());
  }

  private readonly onData = (chunk: Buffer): void => {
    if (this.over) return;
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    this.proceed();
    this.regulate();
  };

  // Envoy knows no half-open client: whoever ends its side is gone.
  private readonly onEnd = (): void => {
    if (!this.over || this.body) this.socket.destroy();
  };

  private readonly onClose = (): void => {
    this.over = true;
    this.response?.lost();
  };

  private readonly onDrain = (): void => this.response?.drained();

  /** Takes from the read-ahead what can be taken now. */
  private proceed(): void {
    if (this.reading) return; // a handler that answers at once must not start the next request inside this loop
    this.reading = true;
    try {
      while (!this.over && this.step());
    } catch (error) {
      if (error instanceof CodecError) this.fail(error);
      else this.broken(error);
    } finally {
      this.reading = false;
    }
  }

  private step(): boolean {
    if (this.body) {
      if (!this.sink || this.rest.length === 0) return false;
      const { body, sink } = this;
      const taken = body.read(this.rest, (chunk) => sink.data(chunk));
      this.rest = after(this.rest, taken);
      if (body.done) this.bodyEnded();
      return taken > 0;
    }
    if (this.response || this.rest.length === 0) return false;
    if (this.searched === 0) {
      this.rest = this.rest.subarray(leadingEmptyLines(this.rest));
      refuseOtherProtocols(this.rest);
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
    const head = parseRequestHead(text);
    const { minor, headers } = head;
    const framing = requestFraming(headers, minor);
    const connection = headers.joined("connection")?.toLowerCase() ?? "";
    const keepAlive = minor === 1 ? !connection.includes("close") : connection.includes("keep-alive");
    const response = this.respondTo({ toHead: head.method === "HEAD", http10: minor === 0, keepAlive });
    if (framing.kind !== "none") this.body = new BodyReader(framing);
    const request = readRequest(head, {
      hasBody: framing.kind !== "none",
      consume: (sink) => this.consume(sink),
      pause: () => this.pause(true),
      resume: () => this.pause(false),
    });
    if (headers.get("expect")?.toLowerCase() === "100-continue" && minor === 1) {
      headers.remove("expect");
      this.output.writeText("HTTP/1.1 100 Continue\r\n\r\n");
    }
    this.handler.request(request, response);
  }

  private respondTo(facts: { toHead: boolean; http10: boolean; keepAlive: boolean }): ServerResponse {
    const response = new ServerResponse(this.output, {
      ...facts,
      // Whoever has not sent all of a request when the answer is there cannot send another.
      lastAnswer: () => !facts.keepAlive || this.body !== undefined || this.handler.closing(),
      ended: (last) => this.answered(response, last),
      reset: () => this.socket.destroy(),
      release: () => this.release(),
    });
    this.response = response;
    return response;
  }

  private answered(response: ServerResponse, last: boolean): void {
    if (this.response !== response) return;
    this.response = undefined;
    if (last) this.close();
    else {
      this.proceed();
      this.regulate();
    }
  }

  private consume(sink: BodySink): void {
    if (!this.body) {
      sink.end(undefined);
      return;
    }
    this.sink = sink;
    this.proceed();
    this.regulate();
  }

  private bodyEnded(): void {
    const { sink } = this;
    this.body = undefined;
    this.sink = undefined;
    sink?.end(undefined);
  }

  private pause(paused: boolean): void {
    this.paused = paused;
    this.regulate();
  }

  /** Reads on, unless somebody is slow or enough waits already. */
  private regulate(): void {
    if (this.over) return;
    const hold = (this.paused && this.body !== undefined) || this.rest.length > READ_AHEAD_BYTES;
    if (hold === this.socket.isPaused()) return;
    if (hold) this.socket.pause();
    else this.socket.resume();
  }

  /** A bug of ours costs this connection, not the cluster. */
  private broken(error: unknown): void {
    this.over = true;
    this.socket.destroy();
    this.handler.bug(error);
  }

  private fail(error: CodecError): void {
    const { response } = this;
    if (response?.headWritten) {
      this.socket.destroy();
      return;
    }
    if (response) {
      this.response = undefined;
      response.lost();
    }
    const last = this.respondTo({ toHead: false, http10: false, keepAlive: false });
    this.rest = NOTHING;
    this.handler.invalid(error, last);
  }

  private release(): { socket: Duplex; head: Buffer } {
    this.over = true;
    this.output.flush();
    const { socket, rest } = this;
    socket
      .off("data", this.onData)
      .off("end", this.onEnd)
      .off("close", this.onClose)
      .off("drain", this.onDrain);
    this.response = undefined;
    return { socket, head: rest };
  }
}
