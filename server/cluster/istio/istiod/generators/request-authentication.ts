import {
  HTTP_FILTER_TYPE,
  type HttpFilter,
  type JwtProvider,
  type JwtRequirement,
} from "../../../xds/index.ts";
import type { JwtRule } from "../model/security.ts";
import { isAbout } from "../push/policy-selection.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";

/** Claims that hold several words in one text. */
const SPACE_DELIMITED = ["scope", "permission"] as const;

/**
 * Checks the tokens that RequestAuthentications of the workload speak of: none is fine, a bad one is refused. Follows
 * pilot policy_applier.go convertToEnvoyJwtConfig.
 */
export function requestAuthentication(proxy: MeshProxy, push: PushContext): readonly HttpFilter[] {
  const jwtRules = push.requestAuthentications
    .filter((policy) => isAbout(policy, proxy, push))
    .flatMap(({ spec }) => spec?.jwtRules ?? [])
    .toSorted((a, b) => (a.issuer < b.issuer ? -1 : a.issuer > b.issuer ? 1 : 0));
  if (jwtRules.length === 0) return [];
  const providers = Object.fromEntries(
    jwtRules.map((rule, index) => [nameOf(index), provider(rule, { proxy, push })]),
  );
  const named = jwtRules.map((_, index): JwtRequirement => ({ providerName: nameOf(index) }));
  const each = named.map(
    (one): JwtRequirement => ({ requiresAny: { requirements: [one, { allowMissing: {} }] } }),
  );
  const [only] = each;
  // Several issuers may share one header: a token of any of them is enough, and none is fine.
  const requires: JwtRequirement =
    each.length === 1 && only
      ? only
      : { requiresAny: { requirements: [...named, { requiresAll: { requirements: each } }] } };
  return [
    {
      name: "envoy.filters.http.jwt_authn",
      typedConfig: {
        "@type": HTTP_FILTER_TYPE.jwt,
        providers,
        rules: [{ match: { prefix: "/" }, requires }],
        bypassCorsPreflight: true,
      },
    },
  ];
}

const nameOf = (index: number) => `origins-${index}`;

function provider(
  rule: JwtRule,
  { proxy, push }: { readonly proxy: MeshProxy; readonly push: PushContext },
): JwtProvider {
  const { audiences, fromHeaders, fromParams, fromCookies, outputClaimToHeaders } = rule;
  return {
    issuer: rule.issuer,
    ...(audiences?.length ? { audiences } : {}),
    localJwks: { inlineString: rule.jwks || push.jwks(rule) },
    ...(rule.forwardOriginalToken ? { forward: true } : {}),
    ...(fromHeaders?.length
      ? {
          fromHeaders: fromHeaders.map(({ name, prefix }) => ({
            name,
            ...(prefix ? { valuePrefix: prefix } : {}),
          })),
        }
      : {}),
    ...(fromParams?.length ? { fromParams } : {}),
    ...(fromCookies?.length ? { fromCookies } : {}),
    ...(rule.outputPayloadToHeader ? { forwardPayloadHeader: rule.outputPayloadToHeader } : {}),
    payloadInMetadata: "payload",
    normalizePayloadInMetadata: { spaceDelimitedClaims: SPACE_DELIMITED },
    ...(outputClaimToHeaders?.length
      ? {
          claimToHeaders: outputClaimToHeaders.map(({ header = "", claim = "" }) => ({
            headerName: header,
            claimName: claim,
          })),
        }
      : {}),
    ...(proxy.type === "router" && usesClaims(proxy, push) ? { clearRouteCache: true } : {}),
  };
}

/** Whether routes ask for claims (`@request.auth.claims.x`): then a route is chosen only after the token was read. */
function usesClaims(proxy: MeshProxy, push: PushContext): boolean {
  return push.virtualServices.matchesClaims(proxy.namespace);
}
