import { timingSafeEqual } from "node:crypto";
import { chmodSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { HOST_PROTOCOL_VERSION, type HostEvent, hostHello } from "../../contracts/host-protocol.ts";
import { HELLO_WITHIN_MS, MAX_CONNECTIONS, MAX_FRAME_BYTES } from "../limits.ts";
import { Connection, type Handle } from "./connection.ts";

export interface RpcServerDeps {
  readonly socketPath: string;
  readonly token: string;
  readonly handle: Handle;
  readonly closed: (peer: Connection) => void;
  readonly failed: (error: unknown, method: string) => void;
}

export interface RpcServer {
  broadcast(event: HostEvent): void;
  close(): Promise<void>;
}

/** Listens on a unix socket inside a 0700 folder: whoever is not the owner cannot even connect. */
export async function startRpcServer(deps: RpcServerDeps): Promise<RpcServer> {
  const connections = new Set<Connection>();
  const http = createServer((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({
    server: http,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    clientTracking: true,
  });
  sockets.on("connection", (socket) => {
    if (sockets.clients.size > MAX_CONNECTIONS) return socket.close(1013, "too many connections");
    greet(socket, deps, connections);
  });
  rmSync(deps.socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(deps.socketPath, resolve);
  });
  chmodSync(deps.socketPath, 0o600);
  return {
    broadcast(event) {
      for (const connection of connections) connection.event(event);
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.close(1001, "the workspace stops");
        setTimeout(() => {
          for (const socket of sockets.clients) socket.terminate();
        }, 200).unref();
        sockets.close(() => http.close(() => resolve()));
      }),
  };
}

function greet(socket: WebSocket, deps: RpcServerDeps, connections: Set<Connection>): void {
  let connection: Connection | undefined;
  const late = setTimeout(() => socket.terminate(), HELLO_WITHIN_MS);
  socket.on("message", (data, isBinary) => {
    if (isBinary) return socket.close(1003, "text only");
    if (connection) return void connection.receive(textOf(data));
    const hello = parseHello(textOf(data));
    if (!hello || !sameSecret(hello.token, deps.token)) return socket.close(1008, "hello refused");
    clearTimeout(late);
    connection = new Connection(socket, hello.role, deps);
    connections.add(connection);
    connection.event({ event: "welcome", protocol: HOST_PROTOCOL_VERSION, pid: process.pid });
  });
  socket.on("error", (error) => deps.failed(error, "connection"));
  socket.on("close", () => {
    clearTimeout(late);
    if (!connection) return;
    connections.delete(connection);
    deps.closed(connection);
  });
}

function textOf(data: RawData): string {
  return Array.isArray(data)
    ? Buffer.concat(data).toString("utf8")
    : Buffer.from(data as Buffer).toString("utf8");
}

function parseHello(text: string) {
  try {
    return hostHello.parse(JSON.parse(text)).hello;
  } catch {
    return undefined; // the caller refuses it
  }
}

function sameSecret(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
