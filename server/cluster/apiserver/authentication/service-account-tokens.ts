import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { arrayOf, isObject, type JsonObject, objectOf, stringOf, valueAt } from "../../apimachinery/index.ts";
import type { Clock, Random } from "../../base/index.ts";
import type { UserInfo } from "../filters/user.ts";

export const ISSUER = "https://kubernetes.default.svc.cluster.local";

/** What a token stands for, as the issuer looked it up. */
export interface TokenSubject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly pod?: { readonly name: string; readonly uid: string };
  readonly secret?: { readonly name: string; readonly uid: string };
}

export interface VerifiedToken {
  readonly subject: TokenSubject;
  readonly audiences: readonly string[];
  readonly user: UserInfo;
  readonly jti: string;
}

export interface TokenDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** PEM of the signing key (PKCS #8, P-256). */
  readonly keyPem: string;
  /** Whether what the token is bound to still exists with the same uid. */
  stillExists(subject: TokenSubject): boolean;
}

export function makeTokenKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Signs and verifies service account tokens: JWTs with upstream's claims, ES256 instead of RS256 for speed. */
export class ServiceAccountTokens {
  private readonly key: KeyObject;
  private readonly publicKey: KeyObject;
  private readonly kid: string;

  constructor(private readonly deps: TokenDeps) {
    this.key = createPrivateKey(deps.keyPem);
    this.publicKey = createPublicKey(this.key);
    const der = this.publicKey.export({ type: "spki", format: "der" });
    this.kid = createHash("sha256").update(der).digest("base64url");
  }

  issue(
    subject: TokenSubject,
    audiences: readonly string[],
    seconds: number,
  ): { token: string; expires: number } {
    const now = Math.floor(this.deps.clock.now() / 1000);
    const claims = {
      aud: audiences,
      exp: now + seconds,
      iat: now,
      iss: ISSUER,
      jti: this.deps.random.uuid(),
      "kubernetes.io": {
        namespace: subject.namespace,
        ...(subject.pod ? { pod: subject.pod } : {}),
        ...(subject.secret ? { secret: subject.secret } : {}),
        serviceaccount: { name: subject.name, uid: subject.uid },
      },
      nbf: now,
      sub: `system:serviceaccount:${subject.namespace}:${subject.name}`,
    };
    const head = encode({ alg: "ES256", kid: this.kid });
    const signed = `${head}.${encode(claims)}`;
    const signature = sign("sha256", Buffer.from(signed), { key: this.key, dsaEncoding: "ieee-p1363" });
    return { token: `${signed}.${signature.toString("base64url")}`, expires: (now + seconds) * 1000 };
  }

  /** Undefined when the token is not ours, has expired, or stands for something that is gone. */
  verify(token: string): VerifiedToken | undefined {
    const [head = "", body = "", signature = ""] = token.split(".");
    if (!signature || token.length > 16_384) return undefined;
    const signed = Buffer.from(`${head}.${body}`);
    const key = { key: this.publicKey, dsaEncoding: "ieee-p1363" } as const;
    if (!verify("sha256", signed, key, Buffer.from(signature, "base64url"))) return undefined;
    const claims = decode(body);
    const now = this.deps.clock.now() / 1000;
    if (typeof claims.exp !== "number" || claims.exp <= now || claims.iss !== ISSUER) return undefined;
    const subject = subjectOf(objectOf(claims["kubernetes.io"]));
    if (!this.deps.stillExists(subject)) return undefined;
    return {
      subject,
      audiences: arrayOf(claims.aud).map(stringOf),
      user: userOf(subject),
      jti: stringOf(claims.jti),
    };
  }

  /** JSON Web Key Set of the issuer: /openid/v1/jwks. */
  jwks(): object {
    return {
      keys: [{ ...this.publicKey.export({ format: "jwk" }), use: "sig", alg: "ES256", kid: this.kid }],
    };
  }
}

export function userOf({ namespace, name, uid }: TokenSubject): UserInfo {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    uid,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decode(part: string): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isObject(value) ? value : {};
  } catch {
    return {}; // signed by us, so this cannot be; an empty claim set is refused
  }
}

function subjectOf(claim: JsonObject): TokenSubject {
  const reference = (value: unknown) => ({
    name: stringOf(valueAt(value, "name")),
    uid: stringOf(valueAt(value, "uid")),
  });
  return {
    namespace: stringOf(claim.namespace),
    ...reference(claim.serviceaccount),
    ...(claim.pod ? { pod: reference(claim.pod) } : {}),
    ...(claim.secret ? { secret: reference(claim.secret) } : {}),
  };
}
