import { randomBytes } from "node:crypto";
import type { Database, LearnerRecord } from "../db/index.ts";
import { loopbackCookie } from "./cookies.ts";
import { SESSION_DAYS } from "./limits.ts";
import { hashSecret } from "./viewers.ts";

export interface NewSession {
  /** For the Set-Cookie header. */
  readonly cookie: string;
}

/**
 * Signs the laptop's one browser in. On plain-http loopback there is no Secure and no __Host-; HttpOnly and
 * SameSite=Strict stay. The database keeps a hash: who reads it cannot sign in.
 */
export async function startSession(
  db: Database,
  { learner, port, now = Date.now() }: { learner: LearnerRecord; port: number; now?: number },
): Promise<NewSession> {
  const secret = randomBytes(32).toString("base64url");
  const seconds = SESSION_DAYS * 86_400;
  await db.addSession(hashSecret(secret), learner, new Date(now + seconds * 1000));
  return {
    cookie: `${loopbackCookie(port)}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}`,
  };
}
