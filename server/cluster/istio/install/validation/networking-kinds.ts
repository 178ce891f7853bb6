import { validateDestinationRule } from "./destination-rule.ts";
import { validateGateway } from "./gateway.ts";
import type { Fields } from "./json.ts";
import { validateServiceEntry } from "./service-entry.ts";
import { validateSidecar } from "./sidecar.ts";
import type { Verdict } from "./verdict.ts";
import { validateVirtualService } from "./virtual-service.ts";

export interface Config {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly spec: Fields;
}

/**
 * What a release takes of the networking kinds, in the words of pkg/config/validation: the rules of istiod's webhook and
 * of `istioctl validate` alike. Undefined: a kind without rules here.
 */
export function validateNetworking({ kind, name, namespace, spec }: Config): Verdict | undefined {
  switch (kind) {
    case "DestinationRule":
      return validateDestinationRule(spec, namespace);
    case "Gateway":
      return validateGateway(spec, name);
    case "ServiceEntry":
      return validateServiceEntry(spec, namespace);
    case "Sidecar":
      return validateSidecar(spec, namespace);
    case "VirtualService":
      return validateVirtualService(spec, namespace);
    default:
      return undefined;
  }
}
