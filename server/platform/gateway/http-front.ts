import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { type Origins, pagePolicy, setSecurityHeaders, type Viewers } from "../auth/index.ts";
import type { Database } from "../db/index.ts";
import type { CertificateDoor } from "../study/index.ts";
import type { Isolation } from "../workspaces/index.ts";
import { html, json } from "./answers.ts";
import type { Door } from "./door.ts";

export interface FrontDeps {
  readonly origins: Origins;
  readonly viewers: Viewers;
  readonly door: Door;
  readonly certificates: CertificateDoor;
  readonly db: () => Promise<Database>;
  readonly development: boolean;
  readonly isolation: Isolation;
  readonly draining: () => boolean;
  /** Next, or nothing. Sees only requests of somebody who is signed in, and static files. */
  readonly pages: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly log: Logger;
}

type Front = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A path from the root on, then perhaps a query. Whole URLs, two slashes in front, backslashes, and dots or slashes in
 * disguise are read in one way here and in another one behind: what we judge must be what is served.
 */
const plainTarget = /^\/(?!\/)(?:(?!%2e|%2f|%5c|%00)[^\\?])*(?:\?.*)?$/i;

/** What stands before the pages: names, headers, health, sign-in. Nothing behind it runs for a stranger. */
export function createFront(deps: FrontDeps): Front {
  return (request, response) => {
    answer(deps, request, response).catch((error: unknown) => {
      deps.log.error({ err: error, url: request.url }, "request failed");
      if (!response.headersSent)
        json(response, 500, { error: { code: "internal", message: "The server met an error." } });
      else response.destroy();
    });
  };
}

async function answer(deps: FrontDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { origins, door, log } = deps;
  setSecurityHeaders(response, origins.secure);
  if (!origins.hostAllowed(request)) {
    log.warn({ host: request.headers.host }, "request for another host refused");
    json(response, 421, {
      error: { code: "forbidden", message: "This server does not answer to that name." },
    });
    return;
  }
  if (!plainTarget.test(request.url ?? "")) {
    json(response, 400, { error: { code: "bad-request", message: "This server has no such address." } });
    return;
  }
  const path = new URL(request.url ?? "/", "http://loopback").pathname;
  // A browser names the origin of every write. Reads carry none, and change nothing here.
  const reads = request.method === "GET" || request.method === "HEAD";
  if (!reads && !origins.originAllowed(request)) {
    json(response, 403, { error: { code: "forbidden", message: "This origin may not write here." } });
    return;
  }
  if (path === "/healthz") return json(response, 200, { status: "ok", isolation: deps.isolation });
  if (path === "/readyz") return ready(deps, response);
  const nonce = () => preparePage(deps, request, response);
  if (await door.answer(request, response, { path, nonce })) return;
  const origin = origins.all()[0] ?? "";
  if (await deps.certificates(request, response, { path, nonce, origin })) return;
  // Built files hold no secret; they are named by their content.
  if (path.startsWith("/_next/static/")) return deps.pages(request, response);
  const viewer = await deps.viewers(request.headers.cookie);
  const prepared = nonce();
  if (viewer) return deps.pages(request, response);
  response.setHeader("Cache-Control", "no-store");
  if (request.headers.accept?.includes("text/html")) html(response, 401, door.signedOut(prepared, request));
  else json(response, 401, { error: { code: "forbidden", message: "Not signed in." } });
}

/** Next reads the nonce from the request's own policy header, the layout from x-nonce. A client's are overwritten. */
function preparePage(
  { development, origins }: FrontDeps,
  request: IncomingMessage,
  response: ServerResponse,
): string {
  const { nonce, policy } = pagePolicy({
    development,
    host: request.headers.host ?? "",
    secure: origins.secure,
  });
  request.headers["x-nonce"] = nonce;
  request.headers["content-security-policy"] = policy;
  response.setHeader("Content-Security-Policy", policy);
  return nonce;
}

async function ready(deps: FrontDeps, response: ServerResponse): Promise<void> {
  if (deps.draining()) return json(response, 503, { status: "draining" });
  try {
    await (await deps.db()).ping();
    json(response, 200, { status: "ready" });
  } catch (error) {
    deps.log.error({ err: error }, "the database does not answer");
    json(response, 503, { status: "the database does not answer" });
  }
}
