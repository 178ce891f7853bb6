import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface OidcProvider {
  readonly issuer: string;
  /** Who signs in there next. */
  person: { sub: string; name: string; email: string; email_verified: boolean };
  /** Signs id tokens with a key that is not in its key set. */
  forging: boolean;
  readonly asked: string[];
  close(): Promise<void>;
}

interface Grant {
  readonly nonce: string | null;
  readonly challenge: string | null;
}

/** An identity provider by OpenID Connect Core 1.0: authorization code with PKCE, RS256. Says yes to everybody at once. */
export async function startOidcProvider(): Promise<OidcProvider> {
  const right = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const wrong = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const grants = new Map<string, Grant>();
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const provider: OidcProvider = {
    issuer,
    person: { sub: "s-1", name: "Sam", email: "sam@example.org", email_verified: true },
    forging: false,
    asked: [],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  const idToken = (audience: string, nonce: string | null) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      aud: audience,
      iat: now,
      exp: now + 300,
      ...provider.person,
      ...(nonce && { nonce }),
    };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const text = `${part({ alg: "RS256", typ: "JWT", kid: "one" })}.${part(claims)}`;
    const key = provider.forging ? wrong.privateKey : right.privateKey;
    return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", issuer);
    provider.asked.push(url.pathname);
    const json = (value: object, status = 200) =>
      void response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          userinfo_endpoint: `${issuer}/userinfo`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["RS256"],
          code_challenge_methods_supported: ["S256"],
        });
      case "/jwks":
        return json({
          keys: [{ ...right.publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" }],
        });
      case "/authorize": {
        const code = randomUUID();
        const { searchParams } = url;
        grants.set(code, { nonce: searchParams.get("nonce"), challenge: searchParams.get("code_challenge") });
        const back = new URL(searchParams.get("redirect_uri") ?? "");
        back.searchParams.set("code", code);
        back.searchParams.set("state", searchParams.get("state") ?? "");
        return void response.writeHead(302, { Location: back.href }).end();
      }
      case "/token": {
        const parts: Buffer[] = [];
        for await (const part of request) parts.push(Buffer.from(part));
        const form = new URLSearchParams(Buffer.concat(parts).toString("utf8"));
        const code = form.get("code") ?? "";
        const grant = grants.get(code);
        grants.delete(code);
        const proof = createHash("sha256")
          .update(form.get("code_verifier") ?? "")
          .digest("base64url");
        if (!grant || grant.challenge !== proof) return json({ error: "invalid_grant" }, 400);
        return json({
          access_token: randomUUID(),
          token_type: "Bearer",
          expires_in: 300,
          id_token: idToken("meshwork", grant.nonce),
        });
      }
      case "/userinfo":
        return json(provider.person);
      default:
        return json({ error: "not_found" }, 404);
    }
  }
  return provider;
}
