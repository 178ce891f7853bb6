import type { Logger } from "pino";
import type { Origins, Viewers } from "../auth/index.ts";
import type { Database } from "../db/index.ts";
import type { Answer, Call } from "./call.ts";
import type { Library } from "./library.ts";
import { BODY_BYTES } from "./limits.ts";
import type { Mailer } from "./mail.ts";
import { Refusal } from "./refusal.ts";

/** What the accounts' parts work with. */
export interface Service {
  readonly db: Database;
  readonly library: Library;
  /** Signs cookies and derives join codes. Not in the database. */
  readonly secret: string;
  readonly origins: Origins;
  readonly cookieName: () => string;
  readonly viewers: Viewers;
  readonly mailer: Mailer;
  readonly log: Logger;
  /** Some sessions may have ended: their sockets must go now, not at the next sweep. */
  readonly recheck: () => void;
  /** Stops the learner's workspace and deletes its files. */
  readonly forgetWorkspace: (learner: string) => Promise<void>;
}

/** The address for links. */
export const origin = ({ origins }: Service) => origins.all()[0] ?? "";

/** A new session in this browser; the one that it brought along is dead. */
export async function signIn(service: Service, call: Call, learner: string): Promise<readonly string[]> {
  const { headers, response } = await service.library.api.startSession({
    body: { learner },
    headers: call.headers,
    returnHeaders: true,
  });
  if (!response.started) throw new Refusal(404, "not-found", "There is no such account any more.");
  await endOldSession(service, call);
  await service.db.audit({ actor: learner, action: "sign-in", subject: learner });
  return headers.getSetCookie();
}

export async function endOldSession(service: Service, { viewer }: Call): Promise<void> {
  if (!viewer) return;
  await service.db.people.endSessions(viewer.id, { only: viewer.session });
  service.recheck();
}

/** Asks a route of the library's, as a browser would. Its refusals are ours; its bodies, which hold tokens, stay here. */
export async function askLibrary(
  service: Service,
  call: Call,
  { path, body }: { path: string; body?: object },
): Promise<Answer & { readonly value: unknown }> {
  const headers = new Headers(call.headers);
  headers.set("Content-Type", "application/json");
  const request = new Request(`${origin(service)}/api/auth${path}`, {
    method: body ? "POST" : "GET",
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  const response = await service.library.handler(request);
  const text = (await response.text()).slice(0, BODY_BYTES);
  const value: unknown = parse(text);
  const location = response.headers.get("location");
  if (response.status >= 400) throw refusalOf(response.status, value);
  return { value, cookies: response.headers.getSetCookie(), ...(location !== null && { location }) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a redirect
  }
}

function refusalOf(status: number, value: unknown): Refusal {
  const said =
    typeof value === "object" && value && "message" in value && typeof value.message === "string"
      ? `${value.message}.`
      : "That did not work.";
  return new Refusal(status, status === 404 ? "not-found" : status >= 500 ? "internal" : "forbidden", said);
}
