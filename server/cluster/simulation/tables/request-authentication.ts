import { simulate } from "../table.ts";
import { bearer, ISSUER, JWKS, token } from "../tokens.ts";

const rule = (extra = "") => `
apiVersion: security.istio.io/v1beta1
kind: RequestAuthentication
metadata: {name: tokens, namespace: shop}
spec:
  selector: {matchLabels: {app: ratings}}
  jwtRules:
  - issuer: ${ISSUER}
    jwks: '${JWKS}'
${extra}`;

const require = (rules: string) => `
---
apiVersion: security.istio.io/v1beta1
kind: AuthorizationPolicy
metadata: {name: token-needed, namespace: shop}
spec:
  selector: {matchLabels: {app: ratings}}
  action: ALLOW
  rules: [${rules}]`;

const to = "http://ratings/";
const edge = { from: "stranger-v1", via: "ingress.istio-system", to: "http://edge.example/" } as const;
const realm = 'Bearer realm="http://ratings/"';
const invalid = `${realm}, error="invalid_token"`;
const payload = (claims: object = {}) =>
  Buffer.from(JSON.stringify({ iss: ISSUER, sub: "ann", exp: 4_102_444_800, ...claims })).toString(
    "base64url",
  );

simulate("RequestAuthentication", [
  {
    name: "a request without a token passes, a good token passes and is taken away",
    config: rule(),
    calls: [
      { to, expect: { status: 200 } },
      { to, headers: bearer(), expect: { status: 200, sent: { authorization: null } } },
      { to: "http://catalog/", headers: { authorization: "Bearer x" }, expect: { status: 200 } },
    ],
  },
  {
    name: "a bad token is refused with Envoy's words",
    config: rule("    audiences: [shop]"),
    calls: [
      {
        to,
        headers: bearer({ claims: { aud: "shop", exp: 1 } }),
        expect: { status: 401, body: "Jwt is expired", headers: { "www-authenticate": invalid } },
      },
      {
        to,
        headers: bearer({ claims: { aud: "shop" }, forged: true }),
        expect: { status: 401, body: "Jwt verification fails" },
      },
      {
        to,
        headers: bearer({ claims: { aud: "shop" }, kid: "two" }),
        expect: { status: 401, body: "Jwks doesn't have key to match kid or alg from Jwt" },
      },
      {
        to,
        headers: bearer({ claims: { iss: "somebody", aud: "shop" } }),
        expect: { status: 401, body: "Jwt issuer is not configured" },
      },
      {
        to,
        headers: bearer({ claims: { aud: "elsewhere" } }),
        expect: { status: 403, body: "Audiences in Jwt are not allowed" },
      },
      {
        to,
        headers: bearer({ claims: { aud: "shop", nbf: 4_000_000_000 } }),
        expect: { status: 401, body: "Jwt not yet valid" },
      },
      {
        to,
        headers: { authorization: "Bearer nonsense" },
        expect: {
          status: 401,
          body: "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
        },
      },
      { to, headers: bearer({ claims: { aud: ["x", "shop"] } }), expect: { status: 200 } },
    ],
  },
  {
    name: "forwardOriginalToken, outputPayloadToHeader and outputClaimToHeaders reach the application",
    config: rule(`    forwardOriginalToken: true
    outputPayloadToHeader: x-payload
    outputClaimToHeaders: [{header: x-group, claim: group}, {header: x-deep, claim: a.b}]`),
    calls: [
      {
        to,
        headers: { ...bearer({ claims: { group: "staff", a: { b: 7 } } }), "x-group": "forged" },
        expect: {
          status: 200,
          sent: {
            authorization: bearer({ claims: { group: "staff", a: { b: 7 } } }).authorization,
            "x-payload": payload({ group: "staff", a: { b: 7 } }),
            "x-group": "staff",
            "x-deep": "7",
          },
        },
      },
    ],
  },
  {
    name: "fromHeaders and fromParams say where tokens are, and only there",
    config:
      rule(`    fromHeaders: [{name: x-token, prefix: "Token "}]
    fromParams: [t]`) + require("{from: [{source: {requestPrincipals: ['*']}}]}"),
    calls: [
      { to, headers: { "x-token": `Token ${token()}` }, expect: { status: 200, sent: { "x-token": null } } },
      { to: `http://ratings/?t=${token()}`, expect: { status: 200 } },
      { to, headers: bearer(), expect: { status: 403, body: "RBAC: access denied" } },
    ],
  },
  {
    name: "requestPrincipals make a token necessary, and say whose",
    config:
      rule() +
      require(
        `{from: [{source: {requestPrincipals: ["${ISSUER}/ann"]}}]}, {from: [{source: {requestPrincipals: ["*/bob"]}}]}`,
      ),
    calls: [
      { to, expect: { status: 403, body: "RBAC: access denied" } },
      { to, headers: bearer(), expect: { status: 200 } },
      { to, headers: bearer({ claims: { sub: "bob" } }), expect: { status: 200 } },
      { to, headers: bearer({ claims: { sub: "eve" } }), expect: { status: 403 } },
    ],
  },
  {
    name: "conditions on claims: texts, lists, nested and space delimited",
    config:
      rule() +
      require(`{when: [{key: "request.auth.claims[groups]", values: [staff]}]},
    {when: [{key: "request.auth.claims[realm][role]", values: ["adm*"]}]},
    {when: [{key: "request.auth.claims[scope]", values: [write]}]},
    {when: [{key: request.auth.audiences, values: [shop]}]}`),
    calls: [
      { to, headers: bearer(), expect: { status: 403 } },
      { to, headers: bearer({ claims: { groups: "staff" } }), expect: { status: 200 } },
      { to, headers: bearer({ claims: { groups: ["a", "staff"] } }), expect: { status: 200 } },
      { to, headers: bearer({ claims: { realm: { role: "admin" } } }), expect: { status: 200 } },
      { to, headers: bearer({ claims: { scope: "read write" } }), expect: { status: 200 } },
      { to, headers: bearer({ claims: { aud: ["shop"] } }), expect: { status: 200 } },
    ],
  },
  {
    name: "a gateway's routes may ask for claims",
    config: `
apiVersion: security.istio.io/v1beta1
kind: RequestAuthentication
metadata: {name: edge, namespace: istio-system}
spec:
  selector: {matchLabels: {istio: ingressgateway}}
  jwtRules: [{issuer: ${ISSUER}, jwks: '${JWKS}'}]
---
apiVersion: networking.istio.io/v1beta1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
---
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: edge, namespace: shop}
spec:
  hosts: ["*"]
  gateways: [edge]
  http:
  - match: [{headers: {"@request.auth.claims.group": {exact: staff}}}, {headers: {"@request.auth.claims[realm][role]": {prefix: adm}}}]
    route: [{destination: {host: ratings}}]
  - {directResponse: {status: 402}}`,
    calls: [
      { ...edge, expect: { status: 402 } },
      { ...edge, headers: bearer(), expect: { status: 402 } },
      { ...edge, headers: bearer({ claims: { group: ["a", "staff"] } }), expect: { by: "ratings-v1" } },
      { ...edge, headers: bearer({ claims: { realm: { role: "admin" } } }), expect: { by: "ratings-v1" } },
    ],
  },
  {
    name: "two issuers share a header",
    config: `
apiVersion: security.istio.io/v1beta1
kind: RequestAuthentication
metadata: {name: tokens, namespace: shop}
spec:
  jwtRules:
  - {issuer: ${ISSUER}, jwks: '${JWKS}'}
  - {issuer: other, jwks: '${JWKS}'}`,
    calls: [
      { to, expect: { status: 200 } },
      { to, headers: bearer(), expect: { status: 200 } },
      { to, headers: bearer({ claims: { iss: "other" } }), expect: { status: 200 } },
      { to, headers: bearer({ claims: { iss: "third" } }), expect: { status: 401 } },
    ],
  },
  {
    name: "a rule must name an issuer",
    config: rule().replace(`issuer: ${ISSUER}`, 'issuer: ""'),
    refused: "configuration is invalid: 1 error occurred:\n\t* issuer must be set\n\n",
  },
  {
    name: "keys must be keys",
    config: rule().replace(/jwks: .*/, "jwks: nonsense"),
    refused:
      "configuration is invalid: 1 error occurred:\n\t* jwks parse error: failed to unmarshal JWK set\n\n",
  },
]);
