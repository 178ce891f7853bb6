import { createPublicKey, type KeyObject, verify } from "node:crypto";

export type Claims = Readonly<Record<string, unknown>>;

export interface ParsedToken {
  readonly header: Claims;
  readonly claims: Claims;
  /** As it stands in the token. */
  readonly payload: string;
  readonly signed: string;
  readonly signature: Buffer;
}

const BASE64URL = /^[A-Za-z0-9_-]*$/;

const FAMILIES: Readonly<Record<string, string>> = { RS: "RSA", PS: "RSA", ES: "EC", Ed: "OKP" };

/** The token's parts, or what jwt_verify_lib has against it. */
export function parseToken(token: string): ParsedToken | string {
  const parts = token.split(".");
  const [header = "", payload = "", signature = ""] = parts;
  if (parts.length !== 3)
    return "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections";
  const head = decoded(header, "header");
  if (typeof head === "string") return head;
  const { alg } = head;
  if (typeof alg !== "string") return "Jwt header [alg] field is required and must be a string";
  if (!/^(RS|ES|PS)(256|384|512)$|^EdDSA$/.test(alg)) return "Jwt header [alg] is not supported";
  if (head.kid !== undefined && typeof head.kid !== "string") return "Jwt header [kid] field is not a string";
  const claims = decoded(payload, "payload");
  if (typeof claims === "string") return claims;
  if (!BASE64URL.test(signature)) return "Jwt signature is an invalid Base64url encoded";
  return {
    header: head,
    claims,
    payload,
    signed: `${header}.${payload}`,
    signature: Buffer.from(signature, "base64url"),
  };
}

function decoded(part: string, name: "header" | "payload"): Claims | string {
  if (!BASE64URL.test(part)) return `Jwt ${name} is an invalid Base64url encoded`;
  return parseClaims(Buffer.from(part, "base64url").toString("utf8")) ?? `Jwt ${name} is an invalid JSON`;
}

export function parseClaims(text: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

export interface JsonWebKey {
  readonly kid?: string;
  readonly alg?: string;
  readonly kty?: string;
  readonly key: KeyObject;
}

/** The keys of a set that can verify; a key of a kind Node does not know is left out, as Envoy leaves out its own. */
export function keysOf(jwks: string): readonly JsonWebKey[] {
  const keys: unknown = parseClaims(jwks)?.keys;
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return (Array.isArray(keys) ? keys : []).flatMap((one: unknown): JsonWebKey[] => {
    const jwk = typeof one === "object" && one !== null ? Object.fromEntries(Object.entries(one)) : {};
    const [kid, alg, kty] = [text(jwk.kid), text(jwk.alg), text(jwk.kty)];
    try {
      const key = createPublicKey({ key: jwk, format: "jwk" });
      return [{ key, ...(kid ? { kid } : {}), ...(alg ? { alg } : {}), ...(kty ? { kty } : {}) }];
    } catch {
      return [];
    }
  });
}

/** Tries every key that could be meant. Undefined: verified. */
export function verifySignature(token: ParsedToken, keys: readonly JsonWebKey[]): string | undefined {
  const { alg, kid } = token.header;
  const algorithm = String(alg);
  const fitting = keys.filter(
    (key) =>
      (kid === undefined || key.kid === undefined || key.kid === kid) &&
      (key.alg === undefined || key.alg === alg) &&
      key.kty === FAMILIES[algorithm.slice(0, 2)],
  );
  if (fitting.length === 0) return "Jwks doesn't have key to match kid or alg from Jwt";
  return fitting.some(({ key }) => isSignedBy(token, algorithm, key)) ? undefined : "Jwt verification fails";
}

const PSS_PADDING = 6;

function isSignedBy({ signed, signature }: ParsedToken, algorithm: string, key: KeyObject): boolean {
  const data = Buffer.from(signed);
  if (algorithm === "EdDSA") return verify(null, data, key, signature);
  const hash = `sha${algorithm.slice(2)}`;
  if (algorithm.startsWith("ES"))
    return verify(hash, data, { key, dsaEncoding: "ieee-p1363" as const }, signature);
  if (algorithm.startsWith("PS")) return verify(hash, data, { key, padding: PSS_PADDING }, signature);
  return verify(hash, data, key, signature);
}
