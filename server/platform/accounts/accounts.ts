import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { AdminCommand } from "../admin/index.ts";
import { type ClassCookie, doorFor, type Origins, type Viewers } from "../auth/index.ts";
import type { Database } from "../db/index.ts";
import { userCommands } from "./commands.ts";
import { answerAccounts } from "./http.ts";
import type { ShownCode } from "./joining.ts";
import { type OidcSettings, openLibrary } from "./library.ts";
import type { Link } from "./links.ts";
import type { Mailer } from "./mail.ts";
import { isPage, pageFor, signInPage } from "./pages.ts";
import { buildParts, type Parts } from "./routes.ts";

export interface AccountsDeps {
  readonly db: () => Promise<Database>;
  readonly secret: string;
  readonly cookie: ClassCookie;
  readonly origins: Origins;
  readonly viewers: Viewers;
  readonly mailer: Mailer;
  readonly oidc: OidcSettings | undefined;
  readonly proxies: number;
  readonly log: Logger;
  readonly recheck: () => void;
  readonly forgetWorkspace: (learner: string) => Promise<void>;
}

/** Where a request to the accounts is answered, and how its page gets a policy. */
interface Visit {
  readonly path: string;
  readonly nonce: () => string;
}

const apis = ["/api/auth/", "/api/account/", "/api/people/", "/api/join-code/"];

/** Accounts, sessions and codes of a class server. */
export class Accounts {
  private parts: Promise<Parts> | undefined;

  constructor(private readonly deps: AccountsDeps) {}

  async answer(request: IncomingMessage, response: ServerResponse, { path, nonce }: Visit): Promise<boolean> {
    const { oidc, mailer, viewers, proxies, log } = this.deps;
    if (apis.some((prefix) => path.startsWith(prefix))) {
      const routes = async () => (await this.open()).routes;
      await answerAccounts({ routes, viewers, proxies, log }, request, response);
      return true;
    }
    if (!isPage(path)) return false;
    const page = pageFor(path, {
      ...{ nonce: nonce(), sso: oidc?.name, mail: mailer.kind, door: doorFor(request) },
    });
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" });
    response.end(page);
    return true;
  }

  signedOut(nonce: string, request: IncomingMessage): string {
    const { oidc, mailer } = this.deps;
    return signInPage({ nonce, sso: oidc?.name, mail: mailer.kind, door: doorFor(request) });
  }

  commands(): Readonly<Record<string, AdminCommand>> {
    return userCommands(() => this.open());
  }

  /** A new code for a class; whether the actor may is the caller's to know. */
  async makeCode(classroom: string, made: { days: number | undefined; actor: string }): Promise<ShownCode> {
    return (await this.open()).joining.makeCode(classroom, made);
  }

  /** With what they made; whether the actor may is the caller's to know. */
  async removePerson(id: string, actor: string): Promise<void> {
    await (await this.open()).people.removePerson(id, actor);
  }

  /** For a server that nobody owns yet: the link that makes its first owner. */
  async ownerLink(): Promise<Link | undefined> {
    return (await this.open()).links.ownerLink();
  }

  /** Opened when first needed: the library wants to know the port, which is known when the server listens. */
  open(): Promise<Parts> {
    this.parts ??= this.build().catch((error: unknown) => {
      this.parts = undefined;
      throw error;
    });
    return this.parts;
  }

  private async build(): Promise<Parts> {
    const { secret, cookie, origins, viewers, mailer, oidc, log, recheck, forgetWorkspace } = this.deps;
    const db = await this.deps.db();
    const library = await openLibrary({ db, secret, cookie, origins, mailer, oidc, log });
    return buildParts({
      ...{ db, library, secret, origins, viewers, mailer, log, recheck, forgetWorkspace },
      cookieName: cookie.name,
    });
  }
}
