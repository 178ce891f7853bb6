import type { JwtRule, RequestAuthentication } from "../model/security.ts";
import type { Findings } from "./findings.ts";
import { selectionErrors } from "./selection.ts";

/** Follows ValidateRequestAuthentication. */
export function validateRequestAuthentication({ spec = {} }: RequestAuthentication): Findings {
  const ofRules = (spec.jwtRules ?? []).flatMap(ruleErrors);
  const errors = [...selectionErrors(spec), ...ofRules];
  return { errors, warnings: [], ...(ofRules.length > 0 ? { counted: true } : {}) };
}

function ruleErrors(rule: JwtRule): readonly string[] {
  const errors: string[] = [];
  if (!rule.issuer) errors.push("issuer must be set");
  if (rule.audiences?.includes("")) errors.push("audience must be non-empty string");
  if (rule.jwksUri) errors.push(...uriErrors(rule.jwksUri));
  if (rule.jwks) errors.push(...keyErrors(rule.jwks));
  for (const { name } of rule.fromHeaders ?? [])
    if (!name) errors.push("location header name must be non-empty string");
  if (rule.fromParams?.includes("")) errors.push("location query must be non-empty string");
  if (rule.fromCookies?.includes("")) errors.push("cookie name must be non-empty string");
  for (const { header, claim } of rule.outputClaimToHeaders ?? [])
    if (!header || !claim)
      errors.push("outputClaimToHeaders header and claim value must be non-empty string");
  return errors;
}

/** pkg/config/security ParseJwksURI; what Go's URL parser says of a broken URI is approximate here. */
function uriErrors(text: string): readonly string[] {
  if (!URL.canParse(text)) return [`parse "${text}": invalid URI for request`];
  const { protocol, port } = new URL(text);
  const scheme = protocol.slice(0, -1);
  if (scheme !== "http" && scheme !== "https") return [`URI scheme "${scheme}" is not supported`];
  return port === "0" ? ["invalid port number"] : [];
}

/** The words after the colon are those of a JSON library; ours are approximate. */
function keyErrors(text: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    const isSet = typeof parsed === "object" && parsed !== null && ("keys" in parsed || "kty" in parsed);
    return isSet ? [] : ["jwks parse error: failed to unmarshal JWK set"];
  } catch {
    return ["jwks parse error: failed to unmarshal JWK set"];
  }
}
