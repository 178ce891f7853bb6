import { createServer, type IncomingMessage } from "node:http";
import type { Disposable } from "../../base/index.ts";
import type { Connection, PodNetwork } from "../../network/index.ts";

export interface SmallAnswer {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

export interface EndpointOptions {
  readonly network: PodNetwork;
  readonly port: number;
  readonly address: "0.0.0.0" | "127.0.0.1";
  readonly answer: (request: {
    readonly method: string;
    readonly target: string;
  }) => SmallAnswer | Promise<SmallAnswer>;
}

/** A small HTTP server of the proxy's own: admin, status. Request bodies are not read. */
export function serveHttp(options: EndpointOptions): Disposable {
  const open = new Set<Connection>();
  const respond = async (message: IncomingMessage) =>
    options.answer({ method: message.method ?? "GET", target: message.url ?? "/" });
  const server = createServer((message, response) => {
    message.resume();
    respond(message).then(
      ({ status, type, body }) => {
        response.writeHead(status, {
          "content-type": type ?? "text/plain; charset=utf-8",
          "content-length": Buffer.byteLength(body),
        });
        response.end(message.method === "HEAD" ? undefined : body);
      },
      () => response.writeHead(500).end(),
    );
  });
  server.keepAliveTimeout = 0;
  const listening = options.network.listen({ port: options.port, address: options.address }, (connection) => {
    open.add(connection);
    connection.on("error", ignore).once("close", () => open.delete(connection));
    server.emit("connection", connection);
  });
  return {
    dispose() {
      listening.dispose();
      for (const connection of open) connection.destroy();
    },
  };
}

const ignore = () => undefined;
