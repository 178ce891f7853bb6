import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Disposable } from "../../../base/index.ts";
import type { Connection, PodNetwork } from "../../../network/index.ts";
import { MAX_BODY_BYTES } from "../limits.ts";
import { type ApiDeps, answer } from "./api.ts";

export const PORT = 9090;

/** The API on the pod's port. A form in a POST counts as parameters. */
export function serveApi(network: PodNetwork, deps: ApiDeps): Disposable {
  const open = new Set<Connection>();
  const server = createServer((message, response) => {
    respond(deps, message, response).catch(() => response.destroyed || response.writeHead(500).end());
  });
  server.keepAliveTimeout = 0;
  const listening = network.listen({ port: PORT }, (connection) => {
    open.add(connection);
    connection.on("error", () => undefined).once("close", () => open.delete(connection));
    server.emit("connection", connection);
  });
  return {
    dispose() {
      listening.dispose();
      for (const connection of open) connection.destroy();
    },
  };
}

async function respond(deps: ApiDeps, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(message.url ?? "/", "http://prometheus");
  const body = await read(message);
  if (body === undefined) {
    response.writeHead(413).end();
    return;
  }
  const parameters = new URLSearchParams(url.search);
  for (const [name, value] of new URLSearchParams(body)) parameters.append(name, value);
  const { status, type, body: content, location } = answer(deps, { path: url.pathname, parameters });
  response.writeHead(status, {
    "content-type": type,
    "access-control-allow-origin": "*",
    "content-length": Buffer.byteLength(content),
    ...(location ? { location } : {}),
  });
  response.end(message.method === "HEAD" ? undefined : content);
}

async function read(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}
