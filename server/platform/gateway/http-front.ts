import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { z } from "zod";
import {
  type Origins,
  pagePolicy,
  START_ATTEMPTS_PER_MINUTE,
  START_BODY_BYTES,
  type StartToken,
  sessionViewer,
  setSecurityHeaders,
  signedOutPage,
  startPage,
  startSession,
} from "../auth/index.ts";
import type { Database, LearnerRecord } from "../db/index.ts";
import type { Isolation } from "../workspaces/index.ts";
import { RateLimiter } from "./rate-limiter.ts";

export interface FrontDeps {
  readonly origins: Origins;
  readonly token: StartToken;
  readonly owner: LearnerRecord;
  readonly db: () => Promise<Database>;
  readonly port: () => number;
  readonly development: boolean;
  readonly isolation: Isolation;
  readonly draining: () => boolean;
  /** Next, or nothing. Sees only requests of somebody who is signed in, and static files. */
  readonly pages: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly log: Logger;
}

type Front = (request: IncomingMessage, response: ServerResponse) => void;

/** What stands before the pages: names, headers, health, sign-in. Nothing behind it runs for a stranger. */
export function createFront(deps: FrontDeps): Front {
  const attempts = new RateLimiter(
    { perSecond: START_ATTEMPTS_PER_MINUTE / 60, burst: START_ATTEMPTS_PER_MINUTE },
    performance.now(),
  );
  return (request, response) => {
    answer({ deps, attempts }, request, response).catch((error: unknown) => {
      deps.log.error({ err: error, url: request.url }, "request failed");
      if (!response.headersSent)
        json(response, 500, { error: { code: "internal", message: "The server met an error." } });
      else response.destroy();
    });
  };
}

interface FrontState {
  readonly deps: FrontDeps;
  readonly attempts: RateLimiter;
}

async function answer(state: FrontState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { deps } = state;
  setSecurityHeaders(response);
  if (!deps.origins.hostAllowed(request)) {
    deps.log.warn({ host: request.headers.host }, "request for another host refused");
    json(response, 421, {
      error: { code: "forbidden", message: "This server does not answer to that name." },
    });
    return;
  }
  const path = new URL(request.url ?? "/", "http://loopback").pathname;
  // A browser names the origin of every write. Reads carry none, and change nothing here.
  const reads = request.method === "GET" || request.method === "HEAD";
  if (!reads && !deps.origins.originAllowed(request)) {
    json(response, 403, { error: { code: "forbidden", message: "This origin may not write here." } });
    return;
  }
  if (path === "/healthz") return json(response, 200, { status: "ok", isolation: deps.isolation });
  if (path === "/readyz") return ready(deps, response);
  if (path === "/start") return start(state, request, response);
  // Built files hold no secret; they are named by their content.
  if (path.startsWith("/_next/static/")) return deps.pages(request, response);
  const viewer = await sessionViewer(await deps.db(), { cookies: request.headers.cookie, port: deps.port() });
  const nonce = preparePage(deps, request, response);
  if (viewer) return deps.pages(request, response);
  response.setHeader("Cache-Control", "no-store");
  if (request.headers.accept?.includes("text/html")) html(response, 401, signedOutPage(nonce));
  else json(response, 401, { error: { code: "forbidden", message: "Not signed in." } });
}

/** Next reads the nonce from the request's own policy header, the layout from x-nonce. A client's are overwritten. */
function preparePage(deps: FrontDeps, request: IncomingMessage, response: ServerResponse): string {
  const { nonce, policy } = pagePolicy({ development: deps.development, host: request.headers.host ?? "" });
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

const startBody = z.strictObject({ token: z.string().max(200) });

async function start(
  { deps, attempts }: FrontState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("Cache-Control", "no-store");
  if (request.method === "GET") return html(response, 200, startPage(preparePage(deps, request, response)));
  if (request.method !== "POST")
    return json(response, 405, { error: { code: "bad-request", message: "GET or POST." } });
  if (!attempts.take(performance.now())) {
    return json(response, 429, { error: { code: "too-many", message: "Too many attempts; wait a minute." } });
  }
  const body = startBody.safeParse(await readJson(request));
  if (!body.success || !deps.token.accepts(body.data.token)) {
    deps.log.warn({}, "wrong start token");
    const message = "This link is not the one that was printed. Copy the whole line from the terminal.";
    return json(response, 403, { error: { code: "forbidden", message } });
  }
  const db = await deps.db();
  await db.ensureLearner(deps.owner);
  const { cookie } = await startSession(db, { learner: deps.owner, port: deps.port() });
  await db.audit({ actor: deps.owner.id, action: "sign-in", subject: deps.owner.id });
  response.setHeader("Set-Cookie", cookie);
  json(response, 200, { ok: true });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    size += part.length;
    if (size > START_BODY_BYTES) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    return undefined; // the caller's schema refuses it
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
  });
  response.end(JSON.stringify(body));
}

function html(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "Content-Type": "text/html; charset=utf-8" });
  response.end(body);
}
