// better-auth as Meshwork uses it: our tables, our cookie, no call out of the machine, and sign-up by invitation, code or
// single sign-on only. The library is loaded here and nowhere else, and only in class mode.
import type { Logger } from "pino";
import type { ClassCookie, Origins } from "../auth/index.ts";
import { SESSION_DAYS } from "../auth/index.ts";
import type { Database } from "../db/index.ts";
import { displayName } from "./display-name.ts";
import { hashing } from "./hashing.ts";
import { ADDRESS_HEADER, MAX_PEOPLE, PASSWORD_LENGTH, RESET_MINUTES } from "./limits.ts";
import type { Mailer } from "./mail.ts";
import { sessionPlugin } from "./session-plugin.ts";

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  /** On the sign-in page. */
  readonly name: string;
  /** Whether somebody who is new here gets an account as a learner. */
  readonly signUp: boolean;
}

export interface LibraryDeps {
  readonly db: Database;
  readonly secret: string;
  readonly cookie: ClassCookie;
  readonly origins: Origins;
  readonly mailer: Mailer;
  readonly oidc: OidcSettings | undefined;
  readonly log: Logger;
}

export type Library = Awaited<ReturnType<typeof openLibrary>>;

export async function openLibrary(deps: LibraryDeps) {
  const { db, secret, cookie, origins, mailer, oidc, log } = deps;
  // The library lets its variable outvote its option.
  process.env.BETTER_AUTH_TELEMETRY = "0";
  const [{ betterAuth }, crypto, ownSessions] = await Promise.all([
    import("better-auth/minimal"),
    import("better-auth/crypto"),
    sessionPlugin(),
  ]);
  const [first = ""] = origins.all();
  return betterAuth({
    appName: "Meshwork",
    baseURL: first,
    basePath: "/api/auth",
    secret,
    database: await db.authStore(),
    trustedOrigins: [...origins.all()],
    telemetry: { enabled: false },
    // Ours stand in front of it and count what failed, by address and by account.
    rateLimit: { enabled: false },
    logger: {
      level: "warn",
      log: (level, message) => log[level === "debug" ? "debug" : "info"]({ library: "accounts" }, message),
    },
    user: { modelName: "learner", changeEmail: { enabled: false }, deleteUser: { enabled: false } },
    session: {
      modelName: "authSession",
      fields: { userId: "learnerId" },
      expiresIn: SESSION_DAYS * 86_400,
      disableSessionRefresh: true,
      additionalFields: { role: { type: "string", required: true, input: false, returned: false } },
    },
    account: {
      modelName: "authAccount",
      fields: { userId: "learnerId" },
      updateAccountOnSignIn: false,
      // Whoever signs in at the provider with a verified address is the person here with that same verified address.
      accountLinking: { enabled: true, trustedProviders: [], allowDifferentEmails: false },
    },
    verification: { modelName: "authVerification" },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      password: hashing(crypto),
      resetPasswordTokenExpiresIn: RESET_MINUTES * 60,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }) => {
        // In the fragment: no server and no log sees it.
        const url = `${first}/reset-password#token=${token}`;
        const text = `Somebody, hopefully you, asked for a new password at Meshwork. This link sets it, once, within ${RESET_MINUTES} minutes:\n\n${url}\n\nIf it was not you, nothing needs to be done.`;
        await mailer.send({ to: user.email, subject: "A new password for Meshwork", text });
      },
    },
    emailVerification: {
      sendVerificationEmail: async ({ user, url }) => {
        const text = `This link confirms that ${user.email} is yours:\n\n${url}\n\nIf you have no account at Meshwork, nothing needs to be done.`;
        await mailer.send({ to: user.email, subject: "Is this your e-mail address?", text });
      },
    },
    advanced: {
      // The names are given in full below.
      useSecureCookies: false,
      cookiePrefix: cookie.name(),
      defaultCookieAttributes: { secure: cookie.secure, httpOnly: true, sameSite: "lax", path: "/" },
      cookies: { session_token: { name: cookie.name() } },
      disableCSRFCheck: false,
      disableOriginCheck: false,
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: { generateId: () => globalThis.crypto.randomUUID() },
    },
    databaseHooks: {
      user: {
        create: {
          // Single sign-on: what the provider calls somebody is shown to others, so it is cleaned like any name.
          before: async (user) => {
            if ((await db.people.count()) >= MAX_PEOPLE) return false;
            return { data: { ...user, name: displayName(user.name) ?? "Learner", image: null } };
          },
        },
      },
      account: {
        create: {
          // We ask the provider who somebody is, and nothing in their name: its tokens are not kept.
          before: async (account) => ({
            data: { ...account, accessToken: null, refreshToken: null, idToken: null },
          }),
        },
      },
      session: {
        create: {
          before: async (session) => {
            const person = await db.learner(session.userId);
            return person ? { data: { ...session, role: person.role } } : false;
          },
          after: async () => db.people.forgetExpiredSessions(),
        },
      },
    },
    plugins: [ownSessions, ...(oidc ? [await singleSignOn(oidc)] : [])],
  });
}

/** The id by which the provider is known in links and in the accounts' table. */
export const OIDC_PROVIDER = "oidc";

async function singleSignOn({ issuer, clientId, clientSecret, signUp, name }: OidcSettings) {
  const { genericOAuth } = await import("better-auth/plugins");
  return genericOAuth({
    config: [
      {
        providerId: OIDC_PROVIDER,
        name,
        discoveryUrl: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
        clientId,
        ...(clientSecret !== undefined && { clientSecret }),
        scopes: ["openid", "profile", "email"],
        pkce: true,
        requireIdTokenVerification: true,
        disableImplicitSignUp: !signUp,
        disableProviderLogout: true,
      },
    ],
  });
}
