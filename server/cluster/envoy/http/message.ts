import type { Duplex } from "node:stream";
import type { HeaderMap } from "./headers.ts";

/** Where the bytes of a message's body go as they arrive. `end` is called once, unless its stream is reset. */
export interface BodySink {
  data(chunk: Buffer): void;
  end(trailers: HeaderMap | undefined): void;
}

/** A body on its way in. Nothing is read from the connection before `consume`. */
export interface IncomingBody {
  consume(sink: BodySink): void;
  pause(): void;
  resume(): void;
}

/** A body on its way out. */
export interface OutgoingBody {
  /** False: the other side is slow; `onDrain` tells when to go on. */
  write(chunk: Buffer): boolean;
  onDrain(listener: () => void): void;
  end(trailers?: HeaderMap): void;
}

export type Protocol = "HTTP/1.0" | "HTTP/1.1" | "HTTP/2";

/** One request as the connection manager sees it, whichever HTTP it came by. */
export interface DownstreamRequest {
  readonly protocol: Protocol;
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  readonly headers: HeaderMap;
  readonly hasBody: boolean;
  readonly body: IncomingBody;
  /** Lower-case protocol of an upgrade request, e.g. websocket. */
  readonly upgrade?: string | undefined;
}

/** Where the answer goes. */
export interface DownstreamResponse extends OutgoingBody {
  /** `end`: there is no body. Called once. */
  writeHead(status: number, headers: HeaderMap, end: boolean): void;
  /** The client hears no (more of an) answer. */
  reset(): void;
  /** Called once when everything is written (true), or the client went away first (false). */
  onClose(listener: (complete: boolean) => void): void;
  /** Writes a 101 and gives the connection away, with what the client has already sent on it. */
  switchProtocols?(headers: HeaderMap): TakenOver;
}

/** A connection that speaks HTTP no more. */
export interface TakenOver {
  readonly socket: Duplex;
  /** Bytes read too far. */
  readonly head: Buffer;
}
