import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface GuardOptions {
  /** MESHWORK_METRICS_TOKEN. */
  readonly token: string | undefined;
  /** Whether only the operator can connect from this machine: not so where learners' shells share its loopback. */
  readonly loopbackTrusted: boolean;
}

const loopbackPeers = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);
const loopbackNames = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** Whether a request may read the metrics: by the token, or from this very machine without anybody in between. */
export function mayRead(request: IncomingMessage, { token, loopbackTrusted }: GuardOptions): boolean {
  const { authorization, host = "", "x-forwarded-for": forwarded, via } = request.headers;
  const given = /^Bearer (.+)$/.exec(authorization ?? "")?.[1];
  if (token !== undefined && given !== undefined) return timingSafeEqual(digest(given), digest(token));
  if (!loopbackTrusted || given !== undefined) return false;
  // A proxy on this machine speaks for anybody; and a page whose name was re-bound to loopback still carries its name.
  const direct = forwarded === undefined && request.headers.forwarded === undefined && via === undefined;
  return direct && loopbackPeers.has(request.socket.remoteAddress ?? "") && loopbackNames.test(host);
}

const digest = (text: string) => createHash("sha256").update(text).digest();
