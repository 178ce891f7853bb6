import { z } from "zod";
import { ConfigError } from "./config-error.ts";

const filled = z.string().trim().min(1);
const yes = z.enum(["0", "1", "false", "true"]).transform((value) => value === "1" || value === "true");

/** What a class server's accounts are told by its environment. */
export const accountVariables = {
  /** Proxies in front of this server that write X-Forwarded-For; 0: it is not believed. */
  MESHWORK_TRUST_PROXY: z.coerce.number().int().min(0).max(5).default(0),
  /** "smtps://user:password@mail.example.org"; without it letters are printed in the server's terminal. */
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: filled.max(320).optional(),
  /** Single sign-on by OpenID Connect: the issuer, whose /.well-known/openid-configuration is read. */
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_CLIENT_ID: filled.optional(),
  OIDC_CLIENT_SECRET: filled.optional(),
  OIDC_NAME: filled.max(60).default("single sign-on"),
  /** Whether somebody who is new here becomes a learner by signing in there. */
  OIDC_SIGN_UP: yes.default(true),
} as const;

const object = z.object(accountVariables);

export interface AccountSettings {
  readonly proxies: number;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string | undefined;
  readonly oidc:
    | {
        readonly issuer: string;
        readonly clientId: string;
        readonly clientSecret: string | undefined;
        readonly name: string;
        readonly signUp: boolean;
      }
    | undefined;
}

export function accountSettings(env: z.infer<typeof object>): AccountSettings {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env;
  if ((issuer === undefined) !== (clientId === undefined))
    throw new ConfigError("OIDC_ISSUER and OIDC_CLIENT_ID belong together: one is set and the other is not.");
  return {
    proxies: env.MESHWORK_TRUST_PROXY,
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM,
    oidc:
      issuer !== undefined && clientId !== undefined
        ? { issuer, clientId, clientSecret, name: env.OIDC_NAME, signUp: env.OIDC_SIGN_UP }
        : undefined,
  };
}
