import { Duplex } from "node:stream";
import { deliver } from "./delivery.ts";
import { socketError } from "./errors.ts";
import { SOCKET_BUFFER_BYTES } from "./limits.ts";
import type { Connection } from "./types.ts";

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

interface Ends {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly originalDestination: Endpoint;
  readonly allowHalfOpen: boolean;
}

const ignore = () => undefined;

type WriteDone = (error?: Error | null) => void;

/** One end of an in-memory TCP connection; the other end is its peer. Fit to be a socket under node:tls, http and http2. */
class MemoryConnection extends Duplex implements Connection {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly remoteFamily = "IPv4";
  readonly originalDestination: Endpoint;
  // What Node's http looks at on a net.Socket.
  readonly connecting = false;
  private peer: MemoryConnection | undefined;
  /** A write of the peer that this end's full buffer holds back. */
  private blocked: WriteDone | undefined;
  private finSent = false;
  private resetReceived = false;

  constructor(ends: Ends) {
    super({
      allowHalfOpen: ends.allowHalfOpen,
      readableHighWaterMark: SOCKET_BUFFER_BYTES,
      writableHighWaterMark: SOCKET_BUFFER_BYTES,
    });
    this.localAddress = ends.local.address;
    this.localPort = ends.local.port;
    this.remoteAddress = ends.remote.address;
    this.remotePort = ends.remote.port;
    this.originalDestination = ends.originalDestination;
    // A program that forgot to listen for errors must not take the whole practice cluster down; it still sees "close".
    this.on("error", ignore);
  }

  join(peer: MemoryConnection): void {
    this.peer = peer;
  }

  override _read(): void {
    const done = this.blocked;
    this.blocked = undefined;
    done?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: WriteDone): void {
    deliver(() => this.send(chunk, done));
  }

  override _final(done: WriteDone): void {
    deliver(() => {
      this.sendFin();
      done();
    });
  }

  override _destroy(error: Error | null, done: WriteDone): void {
    // Writers waiting for room on either side learn that the connection is gone.
    const waiting = this.blocked;
    this.blocked = undefined;
    waiting?.(socketError("EPIPE", { syscall: "write" }));
    const peer = this.peer;
    if (peer && !this.resetReceived) {
      if (error) deliver(() => peer.receiveReset());
      else deliver(() => this.sendFin());
    }
    done(error);
  }

  reset(): void {
    const { peer } = this;
    if (this.destroyed || !peer) return;
    this.resetReceived = true; // our own end needs no answer; it closes without an error
    deliver(() => peer.receiveReset());
    this.destroy();
  }

  address(): { address: string; family: string; port: number } {
    return { address: this.localAddress, family: "IPv4", port: this.localPort };
  }

  /** As net.Socket: closes once everything written is out. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once("finish", () => this.destroy());
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  private send(chunk: Buffer, done: WriteDone): void {
    const { peer } = this;
    if (this.destroyed || !peer) {
      done();
    } else if (peer.destroyed) {
      // The other process has closed: its kernel answers data with RST.
      this.resetReceived = true;
      done(socketError(this.readableEnded ? "EPIPE" : "ECONNRESET", { syscall: "write" }));
    } else if (peer.push(chunk)) {
      done();
    } else {
      peer.blocked = done;
    }
  }

  private sendFin(): void {
    const { peer } = this;
    if (this.finSent || !peer || peer.destroyed) return;
    this.finSent = true;
    peer.push(null);
    // An idle reader (a pooled socket) must notice the end too.
    peer.read(0);
  }

  private receiveReset(): void {
    if (this.destroyed) return;
    this.resetReceived = true;
    this.destroy(socketError("ECONNRESET", { syscall: "read" }));
  }
}

export interface ConnectionPlan {
  readonly client: Endpoint;
  /** Where the connection arrives after service address and redirect. */
  readonly server: Endpoint;
  /** What the client believes to talk to. */
  readonly dialled: Endpoint;
  /** What SO_ORIGINAL_DST tells the server. */
  readonly originalDestination: Endpoint;
  readonly clientAllowsHalfOpen: boolean;
}

export function connectionPair(plan: ConnectionPlan): { client: Connection; server: Connection } {
  const { originalDestination } = plan;
  const client = new MemoryConnection({
    local: plan.client,
    remote: plan.dialled,
    originalDestination: plan.client,
    allowHalfOpen: plan.clientAllowsHalfOpen,
  });
  const server = new MemoryConnection({
    local: plan.server,
    remote: plan.client,
    originalDestination,
    allowHalfOpen: true,
  });
  client.join(server);
  server.join(client);
  return { client, server };
}
