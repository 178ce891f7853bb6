// The very first thing that sees a request: gives it a number for the log, counts its answer, and ends connections that
// take too long or too many. Knows nothing of pages or people.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "pino";
import { inRequest } from "../logging/index.ts";
import { signals } from "../metrics/index.ts";
import { httpLimits } from "./limits.ts";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

export interface EntryDeps {
  readonly front: Listener;
  readonly metrics: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly log: Logger;
  readonly limits?: HttpLimits;
}

export interface HttpLimits {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly idleMs: number;
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Addresses that speak for many: a proxy on this machine. */
  readonly shared: (address: string) => boolean;
}

export function createEntry({ front, metrics, log, limits = httpLimits }: EntryDeps): Server {
  const server = createServer(
    // Who sends headers or a body too slowly is looked for this often.
    { connectionsCheckingInterval: Math.ceil(limits.headersMs / 2), maxHeaderSize: 16 * 1024 },
    (request, response) => {
      const id = randomUUID();
      const from = performance.now();
      response.setHeader("X-Request-Id", id);
      inRequest({ request: id }, () => {
        response.once("close", () => {
          signals.answer.tell(response.statusCode);
          // Without its query: that may hold what somebody proves themselves by.
          const [path = ""] = (request.url ?? "").split("?");
          const took = Math.round(performance.now() - from);
          log.debug(
            { method: request.method, url: path.slice(0, 200), status: response.statusCode, took },
            "answered",
          );
        });
        if (request.url !== "/metrics") return front(request, response);
        metrics(request, response).catch((error: unknown) => {
          log.error({ err: error }, "the metrics cannot be told");
          response.destroy();
        });
      });
    },
  );
  server.headersTimeout = limits.headersMs;
  server.requestTimeout = limits.requestMs;
  server.keepAliveTimeout = limits.idleMs;
  server.maxConnections = limits.connections;
  server.maxHeadersCount = 100;
  limitAddresses(server, limits, log);
  return server;
}

/** A stranger gets so many connections at a time and no more; the rest of the server stays for the others. */
function limitAddresses(server: Server, { connectionsPerAddress, shared }: HttpLimits, log: Logger): void {
  const open = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    if (shared(address)) return;
    const count = (open.get(address) ?? 0) + 1;
    if (count > connectionsPerAddress) {
      // Once a flood, not once a connection.
      if (count === connectionsPerAddress + 1) log.warn({ address }, "too many connections from one address");
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once("close", () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
  });
}
