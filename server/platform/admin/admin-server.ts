// The operator's door: an HTTP server on a unix socket in the data folder, for `meshwork user|backup|restore …` while the
// server runs. PGlite has one owner process, so what concerns the database has to be asked of that one.
// Who may open the socket is who owns the data folder: 0700 around it, 0600 on it. Nothing else authenticates here.
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import type { Logger } from "pino";
import { privateSocketPath, takeLock } from "../../workspace/index.ts";
import { ADMIN_BODY_BYTES, ADMIN_CONNECTIONS } from "./limits.ts";

/** A refusal that the operator reads; anything else that is thrown is a bug, and the log has it. */
export class AdminRefusal extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AdminRefusal";
  }
}

/** Gets the command's parameters as they were sent: parse them. Its value travels as JSON. */
export type AdminCommand = (params: unknown) => Promise<unknown>;
/** For what is larger than a message: the request's body and the answer's are streams. */
export type AdminStream = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface AdminOptions {
  readonly dataDir: string;
  readonly commands: Readonly<Record<string, AdminCommand>>;
  readonly streams: Readonly<Record<string, AdminStream>>;
  readonly log: Logger;
}

export interface AdminServer {
  readonly socketPath: string;
  close(): Promise<void>;
}

/** Where the client (scripts/lib/admin.mjs) looks for the socket's path. */
const pathFile = (dataDir: string) => path.join(dataDir, "admin.path");

export async function startAdminServer(options: AdminOptions): Promise<AdminServer> {
  const { dataDir, log } = options;
  const socketPath = privateSocketPath(dataDir, "admin.sock");
  const unlock = takeLock(path.join(dataDir, "admin.pid"));
  rmSync(socketPath, { force: true });
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      const refused = error instanceof AdminRefusal;
      if (!refused) log.error({ err: error, command: request.url }, "an operator's command failed");
      const message = refused ? error.message : "The server met an error of its own; its log says more.";
      // A stream that breaks off is the message that it is not whole.
      if (response.headersSent) response.destroy();
      else send(response, refused ? 400 : 500, { ok: false, error: { message } });
    });
  });
  server.maxConnections = ADMIN_CONNECTIONS;
  // A restore uploads for as long as it takes.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  chmodSync(socketPath, 0o600);
  writeFileSync(pathFile(dataDir), socketPath, { mode: 0o600 });
  return {
    socketPath,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      rmSync(pathFile(dataDir), { force: true });
      unlock();
    },
  };
}

async function answer(
  { commands, streams, log }: AdminOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [name = ""] = (request.url ?? "").slice(1).split("?");
  if (request.method !== "POST") throw new AdminRefusal("Commands are posted.");
  log.info({ command: name.slice(0, 80) }, "operator's command");
  const stream = Object.hasOwn(streams, name) ? streams[name] : undefined;
  if (stream) return stream(request, response);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new AdminRefusal(`This server has no command "${name}".`);
  const value = await command(await readParams(request));
  send(response, 200, { ok: true, value: value ?? null });
}

async function readParams(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    size += part.length;
    if (size > ADMIN_BODY_BYTES) throw new AdminRefusal("The command is too large.");
    parts.push(part);
  }
  try {
    return size === 0 ? {} : JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch (error) {
    throw new AdminRefusal("The command's parameters are not JSON.", { cause: error });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}
