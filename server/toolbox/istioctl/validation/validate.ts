import type { Json } from "../json.ts";
import {
  validateDestinationRule,
  validateGateway,
  validateServiceEntry,
  validateSidecar,
} from "./networking.ts";
import {
  validateAuthorizationPolicy,
  validatePeerAuthentication,
  validateRequestAuthentication,
  validateTelemetry,
} from "./security.ts";
import { newVerdict, type Verdict } from "./verdict.ts";
import { validateVirtualService } from "./virtual-service.ts";

export interface Config {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly spec: Json;
}

/**
 * Checks one of Istio's resources without a cluster, in the words of pkg/config/validation. Kinds that are not named here
 * (EnvoyFilter, ProxyConfig, WasmPlugin, WorkloadEntry, WorkloadGroup) pass.
 */
export function validate({ kind, name, namespace, spec }: Config): Verdict {
  switch (kind) {
    case "AuthorizationPolicy": {
      const { errors, warnings } = validateAuthorizationPolicy(spec);
      const prefix = `invalid policy ${name}.${namespace}:`;
      return { errors: errors.map((error) => `${prefix} ${error}`), warnings };
    }
    case "DestinationRule":
      return validateDestinationRule(spec, namespace);
    case "Gateway":
      return validateGateway(spec, name);
    case "PeerAuthentication":
      return validatePeerAuthentication(spec);
    case "RequestAuthentication":
      return validateRequestAuthentication(spec);
    case "ServiceEntry":
      return validateServiceEntry(spec, namespace);
    case "Sidecar":
      return validateSidecar(spec);
    case "Telemetry":
      return validateTelemetry(spec);
    case "VirtualService":
      return validateVirtualService(spec, namespace);
    default:
      return newVerdict();
  }
}

const GROUPS = ["networking", "security", "telemetry", "extensions"].map((group) => `${group}.istio.io`);

/** Whether `validate` is for it. */
export const isIstioKind = (apiVersion: string, kind: string): boolean =>
  kind !== "" && GROUPS.includes(apiVersion.split("/")[0] ?? "");
