import type { JwtAuthentication, JwtProvider, JwtRequirement } from "../../xds/index.ts";
import { MAX_KEY_SETS } from "../limits.ts";
import type { RequestHead } from "../matchers.ts";
import { headerOf } from "../matchers.ts";
import { type Claims, type JsonWebKey, keysOf, parseToken, verifySignature } from "./jwt-token.ts";
import type { LocalReply } from "./local-reply.ts";
import { pathOf } from "./route-match.ts";

type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** The verdicts of jwt_authn on one request, and the claims later filters may ask for. */
export class JwtVerdicts {
  private readonly payloads = new Map<string, Claims>();

  verify(config: JwtAuthentication, head: RequestHead, now: number): LocalReply | undefined {
    const rule = config.rules.find((one) => pathOf(head.path).startsWith(one.match.prefix));
    if (!rule || (config.bypassCorsPreflight && isPreflight(head))) return undefined;
    sanitize(config, head);
    const outcome = this.judge(rule.requires, { config, head, now });
    if (outcome.ok) return undefined;
    const error = outcome.reason === MISSING ? "" : ', error="invalid_token"';
    const details = `jwt_authn_access_denied{${outcome.reason.replaceAll(" ", "_")}}`;
    if (outcome.reason === FORBIDDEN) return { status: 403, body: FORBIDDEN, details };
    return {
      status: 401,
      body: outcome.reason,
      details,
      headers: [["www-authenticate", `Bearer realm="http://${head.authority}${head.path}"${error}`]],
    };
  }

  metadata(filter: string, path: readonly string[]): unknown {
    if (filter !== "envoy.filters.http.jwt_authn" && filter !== "istio_authn") return undefined;
    const [name = "", ...rest] = path;
    let value: unknown = this.payloads.get(name);
    for (const key of rest)
      value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
    return value;
  }

  private judge(
    requirement: JwtRequirement,
    on: { config: JwtAuthentication; head: RequestHead; now: number },
  ): Outcome {
    if (requirement.requiresAll) {
      for (const one of requirement.requiresAll.requirements) {
        const outcome = this.judge(one, on);
        if (!outcome.ok) return outcome;
      }
      return { ok: true };
    }
    if (requirement.requiresAny) return this.any(requirement.requiresAny.requirements, on);
    if (requirement.allowMissingOrFailed) return { ok: true };
    if (requirement.allowMissing)
      return this.anyToken(on) ? { ok: false, reason: "Jwt issuer is not configured" } : { ok: true };
    const provider = on.config.providers[requirement.providerName ?? ""];
    return provider ? this.check(provider, on) : { ok: true };
  }

  private any(
    requirements: readonly JwtRequirement[],
    on: { config: JwtAuthentication; head: RequestHead; now: number },
  ): Outcome {
    let last: Outcome = { ok: false, reason: MISSING };
    const allowsMissing = requirements.some((one) => one.allowMissing);
    for (const one of requirements.filter((each) => !each.allowMissing)) {
      const outcome = this.judge(one, on);
      if (outcome.ok) return outcome;
      if (last.ok === false && (last.reason === MISSING || outcome.reason !== MISSING)) last = outcome;
    }
    return allowsMissing && !last.ok && last.reason === MISSING ? { ok: true } : last;
  }

  private anyToken(on: { config: JwtAuthentication; head: RequestHead }): boolean {
    return Object.values(on.config.providers).some((provider) => tokenOf(provider, on.head) !== undefined);
  }

  private check(provider: JwtProvider, on: { head: RequestHead; now: number }): Outcome {
    const found = tokenOf(provider, on.head);
    if (!found) return { ok: false, reason: MISSING };
    const token = parseToken(found.token);
    if (typeof token === "string") return { ok: false, reason: token };
    const { claims } = token;
    const why =
      (provider.issuer && claims.iss !== provider.issuer ? "Jwt issuer is not configured" : undefined) ??
      untimely(claims, on.now) ??
      (audienceAllowed(provider, claims) ? undefined : FORBIDDEN) ??
      verifySignature(token, this.keys(provider.localJwks?.inlineString ?? ""));
    if (why) return { ok: false, reason: why };
    this.payloads.set(provider.payloadInMetadata ?? "payload", normalized(claims, provider));
    const { headers } = on.head;
    if (!provider.forward && found.header) headers.remove(found.header);
    if (provider.forwardPayloadHeader) headers.set(provider.forwardPayloadHeader, token.payload);
    for (const { headerName, claimName } of provider.claimToHeaders ?? []) {
      const value = headerText(claimAt(claims, claimName.split(".")));
      if (value !== undefined) headers.set(headerName, value);
    }
    return { ok: true };
  }

  private keys(jwks: string): readonly JsonWebKey[] {
    const known = parsedKeys.get(jwks);
    if (known) return known;
    const keys = keysOf(jwks);
    if (parsedKeys.size >= MAX_KEY_SETS) parsedKeys.clear();
    parsedKeys.set(jwks, keys);
    return keys;
  }
}

const isPreflight = (head: RequestHead): boolean =>
  head.method === "OPTIONS" &&
  headerOf(head, "origin") !== undefined &&
  headerOf(head, "access-control-request-method") !== undefined;

/** What only a verified token may say, no client may. */
function sanitize(config: JwtAuthentication, head: RequestHead): void {
  for (const { forwardPayloadHeader, claimToHeaders = [] } of Object.values(config.providers)) {
    if (forwardPayloadHeader) head.headers.remove(forwardPayloadHeader);
    for (const { headerName } of claimToHeaders) head.headers.remove(headerName);
  }
}

// The same few sets are asked for with every request.
const parsedKeys = new Map<string, readonly JsonWebKey[]>();

const MISSING = "Jwt is missing";
const FORBIDDEN = "Audiences in Jwt are not allowed";
const CLOCK_SKEW_MS = 60_000;

interface FoundToken {
  readonly token: string;
  /** The header that carried it. */
  readonly header?: string;
}

/** Follows extractor.cc: what stands after the prefix, up to a character that no token has. */
function tokenOf(provider: JwtProvider, head: RequestHead): FoundToken | undefined {
  const { fromHeaders, fromParams, fromCookies } = provider;
  const anywhere = !fromHeaders && !fromParams && !fromCookies;
  const headers = fromHeaders ?? (anywhere ? [{ name: "authorization", valuePrefix: "Bearer " }] : []);
  for (const { name, valuePrefix = "" } of headers) {
    const value = headerOf(head, name);
    const at = value?.indexOf(valuePrefix) ?? -1;
    if (value === undefined || at < 0) continue;
    return { token: cut(value.slice(at + valuePrefix.length)), header: name };
  }
  const query = new URLSearchParams(head.path.split("?")[1] ?? "");
  for (const name of fromParams ?? (anywhere ? ["access_token"] : [])) {
    const value = query.get(name);
    if (value !== null) return { token: value };
  }
  for (const name of fromCookies ?? []) {
    const value = cookie(head, name);
    if (value !== undefined) return { token: value };
  }
  return undefined;
}

const cut = (text: string) => /^[A-Za-z0-9_.-]*/.exec(text)?.[0] ?? "";

function cookie(head: RequestHead, name: string): string | undefined {
  for (const part of (headerOf(head, "cookie") ?? "").split(";")) {
    const [key = "", ...value] = part.trim().split("=");
    if (key === name) return value.join("=");
  }
  return undefined;
}

function untimely({ exp, nbf }: Claims, now: number): string | undefined {
  if (typeof nbf === "number" && now < nbf * 1000 - CLOCK_SKEW_MS) return "Jwt not yet valid";
  if (typeof exp === "number" && now > exp * 1000 + CLOCK_SKEW_MS) return "Jwt is expired";
  return undefined;
}

function audienceAllowed(provider: JwtProvider, claims: Claims): boolean {
  if (!provider.audiences?.length) return true;
  const audience: unknown = claims.aud;
  const given: readonly unknown[] = Array.isArray(audience) ? audience : [audience];
  return given.some((one) => typeof one === "string" && provider.audiences?.includes(one));
}

function normalized(claims: Claims, provider: JwtProvider): Claims {
  const lists = provider.normalizePayloadInMetadata?.spaceDelimitedClaims ?? [];
  const split = lists.flatMap((name) => {
    const value = claims[name];
    return typeof value === "string" ? [[name, value.split(" ")] as const] : [];
  });
  return { ...claims, ...Object.fromEntries(split) };
}

function claimAt(claims: Claims, path: readonly string[]): unknown {
  let value: unknown = claims;
  for (const key of path)
    value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return value;
}

/** Texts, numbers and truth as they are, anything else as base64url of its JSON. */
function headerText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "object") return Buffer.from(JSON.stringify(value)).toString("base64url");
  return String(value);
}
