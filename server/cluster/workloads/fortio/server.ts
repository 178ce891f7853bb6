import type { IncomingMessage, ServerResponse } from "node:http";
import type { ContainerContext } from "../../container/index.ts";
import { goDuration, parseGoDuration } from "../http/go-duration.ts";
import { readBody } from "../http/web.ts";
import { HTTPBIN_LIMITS, MAX_REQUEST_BYTES } from "../limits.ts";
import { FORTIO_VERSION } from "./load.ts";

/** fortio's echo: any path gives back the body; `?status=503:20,500:10&delay=1s:50&size=100` shape the answer. */
export function echoHandler(context: ContainerContext) {
  const begun = context.clock.monotonic();
  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response, { context, begun }).catch((error: unknown) => {
      context.stderr(`Error reading body: ${String(error)}\n`);
      response.destroy();
    });
  };
}

interface Server {
  readonly context: ContainerContext;
  readonly begun: number;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { context, begun }: Server,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://fortio");
  const body = await readBody(request);
  if (url.pathname.startsWith("/fortio")) {
    response.writeHead(501, { "content-type": "text/plain; charset=UTF-8" });
    response.end("fortio's user interface is not supported by the practice cluster\n");
    return;
  }
  const chance = () => context.random.fraction() * 100;
  const delay = parseGoDuration(drawn(url.searchParams.get("delay") ?? "", chance(), "0")) ?? 0;
  if (delay > 0) await context.clock.sleep(Math.min(delay, HTTPBIN_LIMITS.delayMs), context.terminate);
  const status = Number(drawn(url.searchParams.get("status") ?? "", chance(), "200")) || 400;
  for (const header of url.searchParams.getAll("header")) {
    const cut = header.indexOf(":");
    if (cut > 0) response.setHeader(header.slice(0, cut), header.slice(cut + 1).trim());
  }
  if (/^\/debug(\/(?!echo)|$)/.test(url.pathname)) {
    const type = { "content-type": "text/plain; charset=UTF-8" };
    response.writeHead(status, type).end(debugText(request, body, { context, begun }));
    return;
  }
  const size = Number(url.searchParams.get("size") ?? -1);
  const content = size >= 0 ? Buffer.alloc(Math.min(size, MAX_REQUEST_BYTES), "x") : body;
  const type = request.headers["content-type"];
  response.writeHead(status, { ...(type ? { "content-type": type } : {}), "content-length": content.length });
  response.end(content);
}

/** `503:20,500:10`: each value with its percentage; a value alone is certain. */
function drawn(text: string, chance: number, otherwise: string): string {
  let left = chance;
  for (const part of text.split(",").filter(Boolean)) {
    const [value = "", percent = "100"] = part.split(":");
    left -= Number(percent);
    if (left < 0) return value;
  }
  return otherwise;
}

function debugText(request: IncomingMessage, body: Buffer, { context, begun }: Server): string {
  const up = goDuration(Math.round((context.clock.monotonic() - begun) * 1e5) * 10);
  const from = `${request.socket.remoteAddress}:${request.socket.remotePort}`;
  const headers = Object.entries(request.headers)
    .filter(([name]) => name !== "host")
    .map(
      ([name, value]) =>
        `${name.replace(/(^|-)[a-z]/g, (part) => part.toUpperCase())}: ${[value].flat().join(",")}`,
    )
    .sort();
  const head = `Φορτίο version ${FORTIO_VERSION} echo debug server up for ${up} on ${context.env.HOSTNAME ?? ""} - request from ${from}`;
  const lines = [
    head,
    "",
    `${request.method} ${request.url} HTTP/${request.httpVersion}`,
    "",
    "headers:",
    "",
  ];
  return [
    ...lines,
    `Host: ${request.headers.host ?? ""}`,
    ...headers,
    "",
    "body:",
    "",
    body.toString("utf8"),
    "",
  ].join("\n");
}
