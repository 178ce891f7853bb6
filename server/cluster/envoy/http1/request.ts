import type { BodySink, DownstreamRequest } from "../http/message.ts";
import type { RequestHead } from "./head.ts";

export interface BodyControl {
  readonly hasBody: boolean;
  consume(sink: BodySink): void;
  pause(): void;
  resume(): void;
}

/** A head as the connection manager wants it: the authority out of Host, or of a proxy-style target. */
export function readRequest(head: RequestHead, body: BodyControl): DownstreamRequest {
  const { headers, target, method } = head;
  const host = headers.remove("host");
  const absolute = target.startsWith("/") ? null : /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/i.exec(target);
  const upgrade = /(^|,)\s*upgrade\s*(,|$)/i.test(headers.joined("connection") ?? "")
    ? headers.get("upgrade")?.toLowerCase()
    : undefined;
  headers.remove("transfer-encoding");
  return {
    protocol: head.minor === 1 ? "HTTP/1.1" : "HTTP/1.0",
    method,
    authority: absolute?.[1] ?? host ?? (method === "CONNECT" ? target : ""),
    path: absolute ? absolute[2] || "/" : target,
    headers,
    hasBody: body.hasBody,
    body,
    upgrade,
  };
}
