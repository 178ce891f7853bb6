import {
  type Config,
  newVerdict,
  type Verdict,
  validateNetworking,
} from "../../../cluster/istio/install/index.ts";
import {
  validateAuthorizationPolicy,
  validatePeerAuthentication,
  validateRequestAuthentication,
  validateTelemetry,
} from "./security.ts";

/**
 * Checks one of Istio's resources without a cluster, in the words of pkg/config/validation. Kinds that are not named here
 * (EnvoyFilter, ProxyConfig, WasmPlugin, WorkloadEntry, WorkloadGroup) pass.
 */
export function validate(config: Config): Verdict {
  const { kind, name, namespace, spec } = config;
  switch (kind) {
    case "AuthorizationPolicy": {
      const { errors, warnings } = validateAuthorizationPolicy(spec);
      const prefix = `invalid policy ${name}.${namespace}:`;
      return { errors: errors.map((error) => `${prefix} ${error}`), warnings };
    }
    case "PeerAuthentication":
      return validatePeerAuthentication(spec);
    case "RequestAuthentication":
      return validateRequestAuthentication(spec);
    case "Telemetry":
      return validateTelemetry(spec);
    default:
      return validateNetworking(config) ?? newVerdict();
  }
}

const GROUPS = ["networking", "security", "telemetry", "extensions"].map((group) => `${group}.istio.io`);

/** Whether `validate` is for it. */
export const isIstioKind = (apiVersion: string, kind: string): boolean =>
  kind !== "" && GROUPS.includes(apiVersion.split("/")[0] ?? "");
