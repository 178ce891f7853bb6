import type { UpstreamSocket } from "../upstream/dial.ts";
import type { HeaderMap } from "./headers.ts";
import type { LocalReply } from "./local-reply.ts";
import type { OutgoingBody, TakenOver } from "./message.ts";

export interface UpstreamHead {
  readonly method: string;
  readonly scheme: string;
  readonly path: string;
  readonly authority: string;
  readonly headers: HeaderMap;
}

/** One request on an upstream connection. */
export interface UpstreamStream extends OutgoingBody {
  /** The answer is read no further until `resume`. */
  pause(): void;
  resume(): void;
}

/** What becomes of an attempt. After `failed`, `end` or `upgraded` nothing more comes. */
export interface UpstreamListener {
  /** The head is on its way; from now on the body may follow. */
  ready(stream: UpstreamStream, facts: UpstreamSocket): void;
  head(status: number, headers: HeaderMap, end: boolean): void;
  data(chunk: Buffer): void;
  end(trailers: HeaderMap | undefined): void;
  upgraded(headers: HeaderMap, connection: TakenOver): void;
  /** No (whole) answer; what Envoy would say of it. `connected`: the connection stood. */
  failed(reply: LocalReply, connected: boolean): void;
}

export interface UpstreamRequest {
  readonly head: UpstreamHead;
  readonly hasBody: boolean;
  readonly upgrade: boolean;
}

/** Gives the request up; its listener hears nothing more. */
export type Cancel = () => void;
