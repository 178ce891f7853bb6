import { createHash, randomBytes } from "node:crypto";
import { type Database, database, type LearnerRecord } from "../db/index.ts";
import { SESSION_DAYS } from "./limits.ts";

/** Cookies ignore ports: another program on this host would overwrite a name without one. */
export const cookieName = (port: number) => `meshwork-${port}`;

export interface NewSession {
  /** For the Set-Cookie header. */
  readonly cookie: string;
}

/**
 * Signs a browser in. On plain-http loopback there is no Secure and no __Host-; HttpOnly and SameSite=Strict stay.
 * The database keeps a hash: who reads it cannot sign in.
 */
export async function startSession(
  db: Database,
  { learner, port, now = Date.now() }: { learner: LearnerRecord; port: number; now?: number },
): Promise<NewSession> {
  const secret = randomBytes(32).toString("base64url");
  const seconds = SESSION_DAYS * 86_400;
  await db.addSession(hash(secret), learner, new Date(now + seconds * 1000));
  return { cookie: `${cookieName(port)}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}` };
}

/** Who is signed in by this request's Cookie header. Asked of the database each time: a role can change. */
export async function sessionViewer(
  db: Database,
  { cookies, port }: { cookies: string | undefined; port: number },
): Promise<LearnerRecord | undefined> {
  const secret = readCookie(cookies, cookieName(port));
  return secret === undefined ? undefined : db.sessionLearner(hash(secret));
}

/** For pages: the same question with the process's own database. `host` and `cookie` are the request's headers. */
export async function currentViewer(headers: {
  get(name: string): string | null;
}): Promise<LearnerRecord | undefined> {
  const port = Number((headers.get("host") ?? "").split(":").pop());
  const cookies = headers.get("cookie") ?? undefined;
  return Number.isInteger(port) ? sessionViewer(await database(), { cookies, port }) : undefined;
}

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

const hash = (secret: string) => createHash("sha256").update(secret).digest("hex");
