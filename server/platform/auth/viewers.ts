import { createHash } from "node:crypto";
import type { Database, SessionRecord } from "../db/index.ts";
import { HOST_COOKIE, loopbackCookie, openSignedCookie, readCookie } from "./cookies.ts";

/** Who is signed in by a request's Cookie header. Asked of the database each time: a role can change. */
export type Viewers = (cookies: string | undefined) => Promise<SessionRecord | undefined>;

export interface ViewersDeps {
  readonly db: () => Promise<Database>;
  readonly port: () => number;
}

export const hashSecret = (secret: string) => createHash("sha256").update(secret).digest("hex");

export function soloViewers({ db, port }: ViewersDeps): Viewers {
  return async (cookies) => {
    const secret = readCookie(cookies, loopbackCookie(port()));
    return secret === undefined ? undefined : (await db()).sessionLearner(hashSecret(secret));
  };
}

export interface ClassCookie {
  readonly name: () => string;
  readonly secure: boolean;
}

export const classCookie = (publicUrl: URL | undefined, port: () => number): ClassCookie => {
  const secure = publicUrl?.protocol === "https:";
  return { secure, name: () => (secure ? HOST_COOKIE : loopbackCookie(port())) };
};

export function classViewers(
  db: () => Promise<Database>,
  { cookie, secret }: { cookie: ClassCookie; secret: string },
): Viewers {
  return async (cookies) => {
    const signed = readCookie(cookies, cookie.name());
    const token = signed && openSignedCookie(signed, secret);
    return token ? (await db()).sessionLearner(token) : undefined;
  };
}

// Next bundles its own copy of every module it imports; a global symbol is the one place both copies see.
const key = Symbol.for("meshwork.viewers");

/** main.ts says how this process's pages tell who asks. */
export function provideViewers(viewers: Viewers): void {
  Reflect.set(globalThis, key, viewers);
}

/** For pages: who asks. `headers` are the request's. */
export async function currentViewer(headers: {
  get(name: string): string | null;
}): Promise<SessionRecord | undefined> {
  const viewers: unknown = Reflect.get(globalThis, key);
  if (typeof viewers !== "function") throw new Error("There are no sessions in this process.");
  // Only provideViewers writes this key.
  return (viewers as Viewers)(headers.get("cookie") ?? undefined);
}
