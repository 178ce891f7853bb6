import type { IncomingMessage, ServerResponse } from "node:http";
import type { Config } from "./platform/config/index.ts";

interface Pages {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export const noPages: Promise<Pages> = Promise.resolve({
  async handle(_request: IncomingMessage, response: ServerResponse) {
    response.writeHead(404, { "Content-Type": "text/plain" }).end("This server has no pages.\n");
  },
});

export async function nextPages(config: Config): Promise<Pages> {
  const { default: next } = await import("next");
  const app = next({ dev: config.development, dir: process.cwd(), hostname: config.host, port: config.port });
  await app.prepare();
  const handle = app.getRequestHandler();
  return { handle: (request, response) => handle(request, response) };
}
