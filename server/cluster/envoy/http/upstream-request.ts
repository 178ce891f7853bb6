import { type ClientRequest, type IncomingMessage, request } from "node:http";
import type { Duplex } from "node:stream";
import { DialError, type UpstreamSocket } from "../upstream/dial.ts";
import { POOL_NAME, type Pool } from "../upstream/pool.ts";
import { HeaderMap } from "./headers.ts";
import { type LocalReply, upstreamReset } from "./local-reply.ts";

export interface UpstreamHead {
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  readonly headers: HeaderMap;
}

export type UpstreamResult =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly headers: HeaderMap;
      readonly message: IncomingMessage;
    }
  | {
      readonly kind: "upgrade";
      readonly message: IncomingMessage;
      readonly socket: Duplex;
      readonly head: Buffer;
    }
  /** No answer; what Envoy would say of it. `connected`: the connection stood (a reset, not a connect failure). */
  | { readonly kind: "failure"; readonly reply: LocalReply; readonly connected: boolean };

export interface UpstreamListener {
  onSocket(facts: UpstreamSocket | undefined): void;
  onResult(result: UpstreamResult): void;
}

/** One attempt over HTTP/1.1. `onResult` is called exactly once. */
export function sendUpstream(pool: Pool, head: UpstreamHead, listener: UpstreamListener): ClientRequest {
  const outgoing = request({
    agent: pool,
    method: head.method,
    path: head.path,
    setHost: false,
    host: POOL_NAME,
    insecureHTTPParser: false,
  });
  outgoing.setHeader("host", head.authority);
  for (const [name, value] of head.headers.entries()) outgoing.appendHeader(name, value);
  // Tells Node to write no connection field of its own.
  if (!head.headers.has("connection")) outgoing.removeHeader("connection");
  let connected = false;
  let answered = false;
  const answer = (result: UpstreamResult) => {
    if (answered) return;
    answered = true;
    listener.onResult(result);
  };
  outgoing.once("socket", (socket: Duplex) => {
    connected = true;
    listener.onSocket(pool.socketFacts(socket));
  });
  outgoing.on("response", (message) =>
    answer({
      kind: "response",
      status: message.statusCode ?? 0,
      headers: HeaderMap.fromRaw(message.rawHeaders),
      message,
    }),
  );
  outgoing.on("upgrade", (message, socket, first) =>
    answer({ kind: "upgrade", message, socket, head: first }),
  );
  outgoing.on("error", (error) => answer({ kind: "failure", reply: failureOf(error), connected }));
  outgoing.on("close", () =>
    answer({ kind: "failure", reply: upstreamReset("connection termination", ""), connected }),
  );
  return outgoing;
}

function failureOf(error: Error): LocalReply {
  if (error instanceof DialError) return upstreamReset(error.reason, error.transport);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code.startsWith("HPE_")) return { ...upstreamReset("protocol error", ""), status: 502, flag: "UPE" };
  return upstreamReset("connection termination", "");
}
