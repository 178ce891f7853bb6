import { createPublicKey, type KeyObject, verify } from "node:crypto";
import type { JwtAuthentication, JwtProvider, JwtRequirement } from "../../xds/index.ts";
import type { RequestHead } from "../matchers.ts";
import { headerOf } from "../matchers.ts";
import type { LocalReply } from "./local-reply.ts";
import { pathOf } from "./route-match.ts";

type Claims = Readonly<Record<string, unknown>>;
type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** The verdicts of jwt_authn on one request, and the claims later filters may ask for. */
export class JwtVerdicts {
  private readonly payloads = new Map<string, Claims>();

  verify(config: JwtAuthentication, head: RequestHead, now: number): LocalReply | undefined {
    const rule = config.rules.find((one) => pathOf(head.path).startsWith(one.match.prefix));
    if (!rule) return undefined;
    const outcome = this.judge(rule.requires, { config, head, now });
    if (outcome.ok) return undefined;
    const error = outcome.reason === MISSING ? "" : ', error="invalid_token"';
    return {
      status: 401,
      body: outcome.reason,
      details: `jwt_authn_access_denied{${outcome.reason.replaceAll(" ", "_")}}`,
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
    const token = tokenOf(provider, on.head);
    if (token === undefined) return { ok: false, reason: MISSING };
    const [header, payload, signature] = token.split(".");
    const claims = decode(payload);
    const head = decode(header);
    if (!claims || !head || signature === undefined)
      return {
        ok: false,
        reason: "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
      };
    if (provider.issuer && claims.iss !== provider.issuer)
      return { ok: false, reason: "Jwt issuer is not configured" };
    if (typeof claims.exp === "number" && claims.exp * 1000 < on.now - CLOCK_SKEW_MS)
      return { ok: false, reason: "Jwt is expired" };
    if (typeof claims.nbf === "number" && claims.nbf * 1000 > on.now + CLOCK_SKEW_MS)
      return { ok: false, reason: "Jwt not yet valid" };
    if (!audienceAllowed(provider, claims)) return { ok: false, reason: "Audiences in Jwt are not allowed" };
    const key = keyFor(provider, head);
    if (!key) return { ok: false, reason: "Jwks doesn't have key to match kid or alg from Jwt" };
    const signed = Buffer.from(`${header}.${payload}`);
    const algorithm = String(head.alg);
    const dsa = algorithm.startsWith("ES") ? { key, dsaEncoding: "ieee-p1363" as const } : key;
    if (!verify(`sha${algorithm.slice(2)}`, signed, dsa, Buffer.from(signature, "base64url")))
      return { ok: false, reason: "Jwt verification fails" };
    this.payloads.set(provider.payloadInMetadata ?? "payload", claims);
    if (!provider.forward && !provider.fromHeaders) on.head.headers.remove("authorization");
    return { ok: true };
  }
}

const MISSING = "Jwt is missing";
const CLOCK_SKEW_MS = 60_000;

function tokenOf(provider: JwtProvider, head: RequestHead): string | undefined {
  const places =
    provider.fromHeaders ?? (provider.fromParams ? [] : [{ name: "authorization", valuePrefix: "Bearer " }]);
  for (const place of places) {
    const value = headerOf(head, place.name);
    const prefix = place.valuePrefix ?? "";
    if (value?.startsWith(prefix)) return value.slice(prefix.length).trim();
  }
  const query = new URLSearchParams(head.path.split("?")[1] ?? "");
  for (const name of provider.fromParams ?? (provider.fromHeaders ? [] : ["access_token"])) {
    const value = query.get(name);
    if (value !== null) return value;
  }
  return undefined;
}

function decode(part: string | undefined): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? "", "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function audienceAllowed(provider: JwtProvider, claims: Claims): boolean {
  if (!provider.audiences?.length) return true;
  const audience: unknown = claims.aud;
  const given: readonly unknown[] = Array.isArray(audience) ? audience : [audience];
  return given.some((one) => typeof one === "string" && provider.audiences?.includes(one));
}

function keyFor(provider: JwtProvider, head: Claims): KeyObject | undefined {
  const set = parse(provider.localJwks?.inlineString);
  const keys: unknown = set?.keys;
  const kid = head.kid;
  for (const key of Array.isArray(keys) ? keys : []) {
    const jwk: Record<string, unknown> = { ...key };
    if (kid !== undefined && jwk.kid !== undefined && jwk.kid !== kid) continue;
    if (jwk.alg !== undefined && jwk.alg !== head.alg) continue;
    try {
      return createPublicKey({ key: jwk, format: "jwk" });
    } catch {
      // a key of a kind Node does not know: the next one may fit
    }
  }
  return undefined;
}

function parse(text: string | undefined): Claims | undefined {
  return text === undefined ? undefined : decode(Buffer.from(text).toString("base64url"));
}
