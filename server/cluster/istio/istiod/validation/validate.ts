import { type KubeObject, objectOf } from "../../../apimachinery/index.ts";
import { validateNetworking, warningText } from "../../install/index.ts";
import type { EnvoyFilter, ProxyConfig } from "../model/extensions.ts";
import type { AuthorizationPolicy, PeerAuthentication, RequestAuthentication } from "../model/security.ts";
import type { Telemetry } from "../model/telemetry.ts";
import { validateAuthorizationPolicy } from "./authorization-policy.ts";
import { validateEnvoyFilter } from "./envoy-filter.ts";
import { type Findings, noFindings } from "./findings.ts";
import { validatePeerAuthentication, validateProxyConfig } from "./others.ts";
import { validateRequestAuthentication } from "./request-authentication.ts";
import { validateTelemetry } from "./telemetry.ts";
import { fieldsWithoutEffect } from "./without-effect.ts";

/** Checks what a schema cannot say. The API server has checked the object against its schema before it asks. */
export function validateObject(object: unknown): Findings {
  if (!isKubeObject(object)) return noFindings();
  const isIstio = object.apiVersion.split("/")[0]?.endsWith(".istio.io") ?? false;
  if (!isIstio || (object.spec === undefined && !OPTIONAL_SPEC.has(object.kind))) return noFindings();
  const { warnings, ...found } = validateKind(object);
  return { ...found, warnings: [...warnings, ...fieldsWithoutEffect(object).map(withoutEffect)] };
}

function validateKind(object: KubeObject): Findings {
  const { kind, metadata } = object;
  const { name = "", namespace = "" } = metadata;
  const networking = validateNetworking({ kind, name, namespace, spec: objectOf(object.spec) });
  if (networking) return { errors: networking.errors, warnings: networking.warnings.map(warningText) };
  // Each cast is backed by the kind and by the schema that the object has passed.
  switch (object.kind) {
    case "PeerAuthentication":
      return validatePeerAuthentication(object as PeerAuthentication);
    case "AuthorizationPolicy":
      return validateAuthorizationPolicy(object as AuthorizationPolicy);
    case "RequestAuthentication":
      return validateRequestAuthentication(object as RequestAuthentication);
    case "EnvoyFilter":
      return validateEnvoyFilter(object as EnvoyFilter);
    case "ProxyConfig":
      return validateProxyConfig(object as ProxyConfig);
    case "Telemetry":
      return validateTelemetry(object as Telemetry);
    default:
      return { errors: [], warnings: WITHOUT_EFFECT.has(object.kind) ? [withoutEffect(object.kind)] : [] };
  }
}

/** Kinds that are stored and listed but that no generator reads: who applies one must hear it. */
const WITHOUT_EFFECT = new Set(["WasmPlugin", "WorkloadGroup"]);

const withoutEffect = (what: string) => `${what} has no effect: not supported by the practice cluster`;

const OPTIONAL_SPEC = new Set([
  "PeerAuthentication",
  "AuthorizationPolicy",
  "RequestAuthentication",
  "Telemetry",
]);

function isKubeObject(value: unknown): value is KubeObject {
  return (
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    "apiVersion" in value &&
    typeof value.apiVersion === "string"
  );
}
