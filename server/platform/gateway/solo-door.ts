import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { z } from "zod";
import {
  doorFor,
  START_ATTEMPTS_PER_MINUTE,
  START_BODY_BYTES,
  type StartToken,
  signedOutPage,
  startPage,
  startSession,
} from "../auth/index.ts";
import type { Database, LearnerRecord } from "../db/index.ts";
import { html, json } from "./answers.ts";
import type { Door } from "./door.ts";
import { RateLimiter } from "./rate-limiter.ts";

export interface SoloDoorDeps {
  readonly token: StartToken;
  readonly owner: LearnerRecord;
  readonly db: () => Promise<Database>;
  readonly port: () => number;
  readonly log: Logger;
}

const startBody = z.strictObject({ token: z.string().max(200) });

/** The printed link's token for a cookie. */
export function soloDoor(deps: SoloDoorDeps): Door {
  const attempts = new RateLimiter(
    { perSecond: START_ATTEMPTS_PER_MINUTE / 60, burst: START_ATTEMPTS_PER_MINUTE },
    performance.now(),
  );
  return {
    async answer(request, response, { path, nonce }) {
      if (path !== "/start") return false;
      if (request.method === "GET") html(response, 200, startPage(nonce(), doorFor(request)));
      else if (request.method !== "POST")
        json(response, 405, { error: { code: "bad-request", message: "GET or POST." } });
      else if (!attempts.take(performance.now()))
        json(response, 429, { error: { code: "too-many", message: "Too many attempts; wait a minute." } });
      else await exchange(deps, request, response);
      return true;
    },
    signedOut: (nonce, request) => signedOutPage(nonce, doorFor(request)),
  };
}

async function exchange(deps: SoloDoorDeps, request: IncomingMessage, response: ServerResponse) {
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
