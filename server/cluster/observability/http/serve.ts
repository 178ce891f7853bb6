// The HTTP server that every add-on of this folder answers with: bounded bodies, plain answers, nothing kept after dispose.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Disposable } from "../../base/index.ts";
import type { Connection, PodNetwork } from "../../network/index.ts";
import { MAX_BODY_BYTES, MAX_CONNECTIONS } from "./limits.ts";

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Of the query string, then of a form in the body. */
  readonly parameters: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  /** Absent: application/json. */
  readonly type?: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handle = (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;

export const json = (value: unknown, status = 200): HttpAnswer => ({ status, body: JSON.stringify(value) });

export const plain = (body: string, status = 200): HttpAnswer => ({
  status,
  type: "text/plain; charset=utf-8",
  body,
});

/** What Go's net/http says to a path it does not know. */
export const pageNotFound: HttpAnswer = plain("404 page not found\n", 404);

export const redirect = (location: string): HttpAnswer => ({
  status: 302,
  type: "text/plain; charset=utf-8",
  body: "",
  headers: { location },
});

/** Serves a port of the pod. Throws EADDRINUSE. A handler that throws is answered with 500; the server lives on. */
export function serveHttp(network: PodNetwork, port: number, handle: Handle): Disposable {
  const open = new Set<Connection>();
  const server = createServer((message, response) => {
    respond(handle, message, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, plain(`${error instanceof Error ? error.message : String(error)}\n`, 500));
    });
  });
  server.keepAliveTimeout = 0;
  const listening = network.listen({ port }, (connection) => {
    if (open.size >= MAX_CONNECTIONS) {
      connection.reset();
      return;
    }
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

async function respond(handle: Handle, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await read(message);
  if (body === "too large") return send(response, plain("http: request body too large\n", 413));
  const url = parseUrl(message.url ?? "/");
  if (!url) return send(response, plain("400 Bad Request", 400));
  const parameters = new URLSearchParams(url.search);
  if (message.headers["content-type"]?.startsWith("application/x-www-form-urlencoded"))
    for (const [name, value] of new URLSearchParams(body.toString("utf8"))) parameters.append(name, value);
  const method = message.method ?? "GET";
  const { headers } = message;
  const answer = await handle({ method, path: url.pathname, parameters, headers, body });
  send(response, method === "HEAD" ? { ...answer, body: "" } : answer);
}

function parseUrl(path: string): URL | undefined {
  try {
    return new URL(path, "http://pod");
  } catch {
    return undefined; // a request line that is no path: the caller answers 400
  }
}

function send(
  response: ServerResponse,
  { status, type = "application/json", body, headers }: HttpAnswer,
): void {
  const always = { "content-type": type, "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { ...always, ...headers }).end(body);
}

const unzip = promisify(gunzip);

async function read(message: IncomingMessage): Promise<Buffer | "too large"> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) return "too large";
    chunks.push(bytes);
  }
  const body = Buffer.concat(chunks);
  if (message.headers["content-encoding"] !== "gzip" || body.length === 0) return body;
  try {
    return await unzip(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if (error instanceof RangeError) return "too large";
    throw error;
  }
}
