import { createSign, generateKeyPairSync } from "node:crypto";

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const others = generateKeyPairSync("rsa", { modulusLength: 2048 });

export const ISSUER = "testing@secure.istio.io";
const NEXT_CENTURY = 4_102_444_800;

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The public half of the issuer's key, as `jwks` of a rule. */
export const JWKS = JSON.stringify({
  keys: [{ ...keys.publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256" }],
});

export interface TokenOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly kid?: string;
  /** Signed by a key that is not the issuer's. */
  readonly forged?: boolean;
}

export function token({ claims = {}, kid = "one", forged = false }: TokenOptions = {}): string {
  const body = { iss: ISSUER, sub: "ann", exp: NEXT_CENTURY, ...claims };
  const text = `${encode({ alg: "RS256", kid, typ: "JWT" })}.${encode(body)}`;
  const { privateKey } = forged ? others : keys;
  return `${text}.${createSign("sha256").update(text).sign(privateKey).toString("base64url")}`;
}

export const bearer = (options: TokenOptions = {}) => ({ authorization: `Bearer ${token(options)}` });
