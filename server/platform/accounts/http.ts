import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Viewers } from "../auth/index.ts";
import type { Answer, Call, Route } from "./call.ts";
import { clientAddress } from "./client-address.ts";
import { ADDRESS_HEADER, BODY_BYTES } from "./limits.ts";
import { Refusal } from "./refusal.ts";

export interface HttpDeps {
  readonly routes: () => Promise<readonly Route[]>;
  readonly viewers: Viewers;
  /** Proxies in front of this server that write X-Forwarded-For. */
  readonly proxies: number;
  readonly log: Logger;
}

/** Answers what begins with one of the accounts' paths. The origin of a write was judged before. */
export async function answerAccounts(
  deps: HttpDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const url = new URL(request.url ?? "/", "http://meshwork");
    const route = (await deps.routes()).find(({ path }) => path === url.pathname);
    const viewer = await deps.viewers(request.headers.cookie);
    // A stranger is not told which of these paths exist.
    if (route?.who !== "anyone" && !viewer) throw new Refusal(401, "forbidden", "Sign in first.");
    if (!route) throw new Refusal(404, "not-found", "There is no such thing here.");
    if (request.method !== route.method)
      throw new Refusal(405, "bad-request", `This is asked for with ${route.method}.`);
    const address = clientAddress(request, deps.proxies);
    const call: Call = {
      body: route.method === "GET" ? url.search : await readBody(request),
      ...{ viewer, address, headers: libraryHeaders(request, address) },
    };
    send(response, await route.run(call));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, code, message } = error;
    deps.log.info({ path: request.url?.split("?")[0], status }, message);
    send(response, { status, value: undefined, refusal: { code, message } });
  }
}

/** Only what the library needs to know. Nothing of a client's that could be taken for a proxy's word. */
function libraryHeaders({ headers }: IncomingMessage, address: string): Headers {
  const passed = new Headers({ [ADDRESS_HEADER]: address });
  for (const name of ["cookie", "origin", "user-agent"] as const) {
    const value = headers[name];
    if (value !== undefined) passed.set(name, value.slice(0, 8_192));
  }
  return passed;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  // A form of another page cannot send this type without being asked first.
  if (!request.headers["content-type"]?.startsWith("application/json"))
    throw new Refusal(415, "bad-request", "JSON, please.");
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    size += part.length;
    if (size > BODY_BYTES) throw new Refusal(413, "bad-request", "This is too long.");
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString("utf8");
  // No database keeps it in a text.
  if (/(?<!\\)(?:\\\\)*\\u0000/.test(text))
    throw new Refusal(400, "bad-request", "A text may hold no NUL character.");
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "bad-request", "This is not JSON.");
  }
}

function send(
  response: ServerResponse,
  answer: Answer & { readonly refusal?: { code: string; message: string } },
): void {
  const { status = 200, value = null, cookies = [], location, download, refusal } = answer;
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    ...(cookies.length > 0 && { "Set-Cookie": [...cookies] }),
    ...(location !== undefined && { Location: location }),
    ...(download !== undefined && { "Content-Disposition": `attachment; filename="${download}"` }),
    // What was not read of a refused body is not waited for.
    ...(status === 413 && { Connection: "close" }),
  });
  if (location !== undefined) response.end();
  else response.end(JSON.stringify(refusal ? { error: refusal } : value));
}
