import { Duplex } from "node:stream";
import { SPDY_FRAME_BYTES, SPDY_STREAMS } from "../limits.ts";
import { HeaderCodec, type Headers } from "./headers.ts";

// Control frame types (SPDY/3.1 §2.6).
const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const GOAWAY = 7;
const WINDOW_UPDATE = 9;
const FLAG_FIN = 1;
const CHUNK = 16 * 1024;

/** One stream of a SPDY connection. Ending it sends FIN; destroying it sends RST_STREAM. */
export class SpdyStream extends Duplex {
  constructor(
    private readonly connection: SpdyConnection,
    readonly id: number,
    readonly headers: Headers,
  ) {
    super();
  }

  override _read(): void {
    // Frames are pushed as they come; the peer's window is given back at once, kubectl reads from a local socket.
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    for (let start = 0; start < chunk.length; start += CHUNK) {
      this.connection.sendData(this.id, chunk.subarray(start, start + CHUNK), false);
    }
    this.connection.drained().then(() => done(), done);
  }

  override _final(done: () => void): void {
    this.connection.sendData(this.id, Buffer.alloc(0), true);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.connection.forget(this, error !== null);
    done(error);
  }
}

export interface SpdyTransport {
  send(frame: Buffer): void;
  /** Resolves when the other side takes more. */
  drained(): Promise<void>;
  failed(error: Error): void;
}

/** The server half of SPDY/3.1, as much of it as kubectl's port-forward speaks (moby/spdystream). */
export class SpdyConnection {
  private readonly streams = new Map<number, SpdyStream>();
  private readonly codec = new HeaderCodec();
  private buffered: Buffer = Buffer.alloc(0);
  // Frames are handled and sent one after the other: header compression and FIN depend on their order.
  private incoming: Promise<void> = Promise.resolve();
  private outgoing: Promise<void> = Promise.resolve();

  constructor(
    private readonly transport: SpdyTransport,
    private readonly accept: (stream: SpdyStream) => void,
  ) {}

  receive(bytes: Buffer): void {
    this.buffered = this.buffered.length > 0 ? Buffer.concat([this.buffered, bytes]) : bytes;
    while (this.buffered.length >= 8) {
      const length = this.buffered.readUIntBE(5, 3);
      if (length > SPDY_FRAME_BYTES) {
        this.transport.failed(new Error("SPDY frame is too long"));
        return;
      }
      if (this.buffered.length < 8 + length) return;
      const frame = this.buffered.subarray(0, 8 + length);
      this.buffered = this.buffered.subarray(8 + length);
      this.incoming = this.incoming
        .then(() => this.handle(frame))
        .catch((error: unknown) =>
          this.transport.failed(error instanceof Error ? error : new Error(String(error))),
        );
    }
  }

  sendData(id: number, bytes: Buffer, last: boolean): void {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(id, 0);
    head[4] = last ? FLAG_FIN : 0;
    head.writeUIntBE(bytes.length, 5, 3);
    this.queue(() => this.transport.send(Buffer.concat([head, bytes])));
  }

  drained(): Promise<void> {
    return this.outgoing.then(() => this.transport.drained());
  }

  forget(stream: SpdyStream, reset: boolean): void {
    if (!this.streams.delete(stream.id) || !reset) return;
    const body = Buffer.alloc(8);
    body.writeUInt32BE(stream.id, 0);
    body.writeUInt32BE(5, 4); // CANCEL
    this.queue(() => this.sendControl(RST_STREAM, body));
  }

  close(): void {
    for (const stream of [...this.streams.values()]) {
      this.streams.delete(stream.id);
      stream.destroy();
    }
    this.codec.close();
  }

  private queue(task: () => void | Promise<void>): void {
    this.outgoing = this.outgoing.then(task).catch((error: unknown) => {
      this.transport.failed(error instanceof Error ? error : new Error(String(error)));
    });
  }

  private async handle(frame: Buffer): Promise<void> {
    const body = frame.subarray(8);
    const last = ((frame[4] ?? 0) & FLAG_FIN) !== 0;
    if (((frame[0] ?? 0) & 0x80) === 0) {
      this.handleData(this.streams.get(frame.readUInt32BE(0) & 0x7fffffff), body, last);
      return;
    }
    switch (frame.readUInt16BE(2)) {
      case SYN_STREAM:
        await this.open(body, last);
        break;
      case RST_STREAM: {
        const stream = this.streams.get(body.readUInt32BE(0) & 0x7fffffff);
        if (stream) this.streams.delete(stream.id);
        stream?.destroy();
        break;
      }
      case PING:
        this.queue(() => this.transport.send(frame));
        break;
      case GOAWAY:
        this.close();
        break;
      default: // SETTINGS, HEADERS and WINDOW_UPDATE change nothing here: the websocket beneath has its own flow control
    }
  }

  private handleData(stream: SpdyStream | undefined, body: Buffer, last: boolean): void {
    if (!stream) return;
    if (body.length > 0) {
      stream.push(Buffer.from(body));
      for (const id of [0, stream.id]) this.sendWindow(id, body.length);
    }
    if (last) stream.push(null);
  }

  private async open(body: Buffer, last: boolean): Promise<void> {
    if (this.streams.size >= SPDY_STREAMS) throw new Error("too many SPDY streams");
    const id = body.readUInt32BE(0) & 0x7fffffff;
    const headers = await this.codec.decode(body.subarray(10));
    const stream = new SpdyStream(this, id, headers);
    this.streams.set(id, stream);
    this.queue(async () => {
      const block = await this.codec.encode({});
      const head = Buffer.alloc(4);
      head.writeUInt32BE(id);
      this.sendControl(SYN_REPLY, Buffer.concat([head, block]));
    });
    this.accept(stream);
    if (last) stream.push(null);
  }

  private sendWindow(id: number, bytes: number): void {
    const body = Buffer.alloc(8);
    body.writeUInt32BE(id, 0);
    body.writeUInt32BE(bytes, 4);
    this.queue(() => this.sendControl(WINDOW_UPDATE, body));
  }

  private sendControl(type: number, body: Buffer): void {
    const head = Buffer.alloc(8);
    head.writeUInt16BE(0x8003, 0);
    head.writeUInt16BE(type, 2);
    head.writeUIntBE(body.length, 5, 3);
    this.transport.send(Buffer.concat([head, body]));
  }
}
