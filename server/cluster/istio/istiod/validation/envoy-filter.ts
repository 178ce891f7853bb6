import { HTTP_FILTER_TYPE, NETWORK_FILTER_TYPE } from "../../../xds/index.ts";
import { child, text } from "../envoy-filter/fields.ts";
import { APPLIES_TO } from "../envoy-filter/patches.ts";
import type { EnvoyFilter, EnvoyPatch, Fields } from "../model/extensions.ts";
import { type Findings, noFindings } from "./findings.ts";

const ROUTES = new Set(["ROUTE_CONFIGURATION", "VIRTUAL_HOST", "HTTP_ROUTE"]);
const LISTENERS = new Set(["LISTENER", "FILTER_CHAIN", "NETWORK_FILTER", "HTTP_FILTER"]);

/**
 * Follows ValidateEnvoyFilter, and refuses what the practice proxy has no code for: a filter that does nothing must not
 * look as if it worked.
 */
export function validateEnvoyFilter({ spec }: EnvoyFilter): Findings {
  const findings = noFindings();
  for (const patch of spec?.configPatches ?? []) validatePatch(patch, findings);
  return findings;
}

function validatePatch({ applyTo = "INVALID", match, patch }: EnvoyPatch, findings: Findings): void {
  const { errors } = findings;
  if (applyTo === "INVALID") errors.push("Envoy filter: missing applyTo");
  else if (!APPLIES_TO.some((one) => one === applyTo))
    errors.push(`Envoy filter: applyTo ${applyTo} is not supported by the practice cluster`);
  if (!patch) errors.push("Envoy filter: missing patch");
  const operation = patch?.operation ?? "INVALID";
  if (operation === "INVALID") errors.push("Envoy filter: missing patch operation");
  if (operation !== "REMOVE" && !patch?.value)
    errors.push("Envoy filter: missing patch value for non-remove operation");
  if (LISTENERS.has(applyTo) && (match?.routeConfiguration || match?.cluster))
    errors.push("Envoy filter: applyTo for listener class objects cannot have non listener match");
  if (ROUTES.has(applyTo) && (match?.listener || match?.cluster))
    errors.push(
      "Envoy filter: applyTo for http route class objects cannot have non route configuration match",
    );
  if (applyTo === "CLUSTER" && (match?.listener || match?.routeConfiguration))
    errors.push("Envoy filter: applyTo for cluster class objects cannot have non cluster match");
  if (operation === "REMOVE" || !patch?.value) return;
  if (applyTo === "HTTP_FILTER") checkFilter(patch.value, HTTP_TYPES, { operation, findings });
  if (applyTo === "NETWORK_FILTER") checkFilter(patch.value, NETWORK_TYPES, { operation, findings });
}

const HTTP_TYPES = new Set<string>(Object.values(HTTP_FILTER_TYPE));
const NETWORK_TYPES = new Set<string>(Object.values(NETWORK_FILTER_TYPE));

function checkFilter(
  value: Fields,
  types: ReadonlySet<string>,
  { operation, findings }: { readonly operation: string; readonly findings: Findings },
): void {
  const config = child(value, "typed_config") ?? child(value, "typedConfig");
  const name = text(value, "name");
  const type = text(config, "@type").endsWith("v1.TypedStruct")
    ? text(config, "type_url")
    : text(config, "@type");
  if (type === "" && operation === "MERGE") return;
  if (type === "") findings.errors.push(`Envoy filter: filter ${name} has no typed_config with an @type`);
  else if (!types.has(type))
    findings.errors.push(`Envoy filter: ${name} (${type}) is not supported by the practice cluster`);
}
