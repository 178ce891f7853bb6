import http from "node:http";
import https from "node:https";
import type { TlsOptions } from "node:tls";
import type { Disposable } from "../../base/index.ts";
import type { PodNetwork } from "../../network/index.ts";

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

/** An HTTP/1.1 server on a pod's port. Throws EADDRINUSE. Disposing closes open connections too. */
export function serveHttp(
  network: PodNetwork,
  ...[port, handler, tls]: [port: number, handler: Handler, tls?: TlsOptions | undefined]
): Disposable {
  const onRequest: Handler = (request, response) => {
    // HTTP/1.1 persists without saying so, and Go's server does not say so.
    response.removeHeader("connection");
    handler(request, response);
  };
  const server = tls ? https.createServer(tls, onRequest) : http.createServer(onRequest);
  // Go's server answers what is no request; a caller who opens TLS learns by it what it has reached.
  server.on("clientError", (_error, socket) => {
    if (!socket.writable) socket.destroy();
    else
      socket.end(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request",
      );
  });
  // No idle limit, and no Keep-Alive header that the programs we stand for do not send.
  server.keepAliveTimeout = 0;
  const sockets = new Set<{ destroy(): void }>();
  const listener = network.listen({ port }, (connection) => {
    sockets.add(connection);
    connection.once("close", () => sockets.delete(connection));
    server.emit("connection", connection);
  });
  return {
    dispose() {
      listener.dispose();
      for (const socket of sockets) socket.destroy();
    },
  };
}
