import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { StatusError } from "../../apimachinery/index.ts";
import { ADMIN, type UserInfo } from "./user.ts";

/** Finds out who a bearer token speaks for; undefined when the token is not good. */
export type TokenAuthenticator = (token: string) => UserInfo | undefined;

export function unauthorized(): StatusError {
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: "Unauthorized",
    reason: "Unauthorized",
    code: 401,
  });
}

export function bearerToken(request: IncomingMessage): string | undefined {
  const header = request.headers.authorization ?? "";
  if (/^bearer /i.test(header)) return header.slice(7).trim();
  // Browsers cannot set headers on a websocket; kube-apiserver takes the token as a sub-protocol.
  for (const protocol of (request.headers["sec-websocket-protocol"] ?? "").split(",")) {
    const match = /^\s*base64url\.bearer\.authorization\.k8s\.io\.(.+?)\s*$/.exec(protocol);
    if (match?.[1]) return Buffer.from(match[1], "base64url").toString();
  }
  return undefined;
}

/** What the role system:public-info-viewer lets everyone see. */
const PUBLIC = /^\/(healthz|livez|readyz|version)\/?(\?|$)/;

const ANONYMOUS: UserInfo = { name: "system:anonymous", groups: ["system:unauthenticated"] };

/** The admin token, then service account tokens. Anonymous requests are refused, but for health and version. */
export function authenticator(adminToken: string, serviceAccounts: TokenAuthenticator) {
  return (request: IncomingMessage): UserInfo => {
    const token = bearerToken(request);
    if (token === undefined) {
      if (request.method === "GET" && PUBLIC.test(request.url ?? "")) return ANONYMOUS;
      throw unauthorized();
    }
    if (sameText(token, adminToken)) return ADMIN;
    const user = serviceAccounts(token);
    if (!user) throw unauthorized();
    return user;
  };
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
