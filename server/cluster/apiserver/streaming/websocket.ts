import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { badRequest } from "../../apimachinery/index.ts";
import { MESSAGE_BYTES, SOCKET_HIGH_WATER } from "./limits.ts";

// ws refuses sub-protocol names with a slash, as "/" is no token character; it is shown this stand-in instead.
const SPDY_TUNNEL = "SPDY/3.1+portforward.k8s.io";
const STAND_IN = "spdy-3.1-portforward";

const server = new WebSocketServer({
  noServer: true,
  maxPayload: MESSAGE_BYTES,
  perMessageDeflate: false,
  handleProtocols: (offered, request) => {
    const chosen = wanted.get(request);
    return chosen && (offered.has(chosen) || chosen === SPDY_TUNNEL) ? chosen : false;
  },
});
const wanted = new WeakMap<IncomingMessage, string>();

export interface Upgraded {
  readonly socket: WebSocket;
  readonly protocol: string;
}

/** Accepts a websocket with the first of `protocols` that the client offers. */
export function acceptWebSocket(
  request: IncomingMessage,
  protocols: readonly string[],
  raw: { socket: Duplex; head: Buffer },
): Promise<Upgraded> {
  if (!/websocket/i.test(request.headers.upgrade ?? "")) {
    throw badRequest(
      "you must use the websocket protocol: SPDY upgrades are not supported by the practice cluster",
    );
  }
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  const protocol = protocols.find((name) => offered.includes(name));
  if (!protocol)
    throw badRequest(`unable to upgrade: none of the protocols ${offered.join(", ")} is supported`);
  wanted.set(request, protocol);
  request.headers["sec-websocket-protocol"] = protocol.replace(SPDY_TUNNEL, STAND_IN);
  return new Promise((resolve) => {
    server.handleUpgrade(request, raw.socket, raw.head, (socket) => resolve({ socket, protocol }));
  });
}

/** Resolves when little enough waits in the socket that its source may go on. */
export function socketDrained(socket: WebSocket): Promise<void> {
  if (socket.bufferedAmount <= SOCKET_HIGH_WATER || socket.readyState !== WebSocket.OPEN)
    return Promise.resolve();
  return new Promise((resolve) => {
    // An empty ping's callback runs when all before it has been written.
    socket.ping(undefined, undefined, () => resolve());
  });
}

export function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
