import type { IncomingMessage, ServerResponse } from "node:http";
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Duplex, Readable, Writable } from "node:stream";
import { HeaderMap } from "./headers.ts";

/** One request as the connection manager sees it, whichever HTTP it came by. */
export interface DownstreamRequest {
  readonly protocol: "HTTP/1.0" | "HTTP/1.1" | "HTTP/2";
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  readonly headers: HeaderMap;
  readonly hasBody: boolean;
  readonly body: Readable;
  /** Lower-case protocol of an upgrade request, e.g. websocket. */
  readonly upgrade?:
    | { readonly protocol: string; readonly socket: Duplex; readonly head: Buffer }
    | undefined;
}

/** Where the answer goes. */
export interface DownstreamResponse {
  /** `end`: there is no body. Called once. */
  writeHead(status: number, headers: HeaderMap, end: boolean): void;
  /** After writeHead without end. */
  readonly body: Writable;
  /** The client hears no (more of an) answer: RST. */
  reset(): void;
  /** Called once when everything is written (true), or the client went away first (false). */
  onClose(listener: (complete: boolean) => void): void;
}

export function http1Request(
  message: IncomingMessage,
  upgrade?: { socket: Duplex; head: Buffer },
): DownstreamRequest {
  const headers = HeaderMap.fromRaw(message.rawHeaders);
  const authority = headers.remove("host") ?? "";
  const length = headers.get("content-length");
  const chunked = headers.has("transfer-encoding");
  const target = message.url ?? "/";
  // A proxy-style request names the host in its target; Envoy takes it from there.
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/i.exec(target);
  return {
    protocol: message.httpVersion === "1.0" ? "HTTP/1.0" : "HTTP/1.1",
    method: message.method ?? "GET",
    authority: absolute?.[1] ?? authority,
    path: absolute ? absolute[2] || "/" : target,
    headers,
    hasBody: chunked || (length !== undefined && length !== "0"),
    body: message,
    upgrade: upgrade && { protocol: (headers.get("upgrade") ?? "").toLowerCase(), ...upgrade },
  };
}

export function http1Response(
  response: ServerResponse,
  options: { closeAfter: () => boolean },
): DownstreamResponse {
  // Envoy writes its own date and server; connection management is not ours to announce unless we close.
  response.sendDate = false;
  return {
    writeHead(status, headers, end) {
      if (response.headersSent || response.destroyed) return;
      if (options.closeAfter()) {
        headers.set("connection", "close");
        response.shouldKeepAlive = false;
      } else if (response.shouldKeepAlive) response.removeHeader("connection");
      if (end && !headers.has("content-length") && status >= 200 && status !== 204 && status !== 304)
        headers.set("content-length", "0");
      response.writeHead(status, headers.toRaw());
      if (end) response.end();
    },
    body: response,
    reset: () => response.destroy(),
    onClose: (listener) => closed(response, listener),
  };
}

export function http2Request(
  stream: ServerHttp2Stream,
  pseudo: IncomingHttpHeaders,
  facts: { raw: readonly string[]; endStream: boolean },
): DownstreamRequest {
  const headers = HeaderMap.fromRaw(facts.raw);
  const cookie = headers.get("cookie");
  if (cookie !== undefined) {
    const all = headers
      .entries()
      .filter(([name]) => name === "cookie")
      .map(([, value]) => value);
    headers.set("cookie", all.join("; ")); // RFC 9113 §8.2.3
  }
  const text = (name: string) => {
    const value = pseudo[name];
    return typeof value === "string" ? value : "";
  };
  return {
    protocol: "HTTP/2",
    method: text(":method") || "GET",
    authority: text(":authority") || headers.remove("host") || "",
    path: text(":path") || "/",
    headers,
    hasBody: !facts.endStream,
    body: stream,
  };
}

export function http2Response(stream: ServerHttp2Stream): DownstreamResponse {
  return {
    writeHead(status, headers, end) {
      if (stream.headersSent || stream.destroyed) return;
      const fields: Record<string, string | string[] | number> = { ":status": status };
      for (const [name, value] of headers.entries()) {
        if (name === "transfer-encoding" || name === "connection") continue;
        const before = fields[name];
        if (before === undefined) fields[name] = value;
        else fields[name] = Array.isArray(before) ? [...before, value] : [String(before), value];
      }
      stream.respond(fields, { endStream: end });
    },
    body: stream,
    reset: () => stream.close(RESET),
    onClose: (listener) => closed(stream, listener),
  };
}

const RESET = 2; // INTERNAL_ERROR (RFC 9113 §7)

function closed(target: Writable, listener: (complete: boolean) => void): void {
  let done = false;
  const once = (complete: boolean) => {
    if (done) return;
    done = true;
    listener(complete);
  };
  target.once("finish", () => once(true));
  target.once("close", () => once(target.writableFinished));
  target.once("error", () => once(false));
}
