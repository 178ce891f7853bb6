import {
  HTTP_FILTER_TYPE,
  type HttpFilter,
  NETWORK_FILTER_TYPE,
  type NetworkFilter,
  type RbacRules,
} from "../../../xds/index.ts";
import type { AuthorizationPolicy } from "../model/security.ts";
import { isAbout } from "../push/policy-selection.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { type Layer, translateRule } from "./authorization-rules.ts";
import { requestAuthentication } from "./request-authentication.ts";

type Action = "DENY" | "ALLOW";

/** AUDIT writes to no log without a provider, and CUSTOM is refused by validation: neither becomes a rule. */
function policiesFor(proxy: MeshProxy, push: PushContext, action: Action): readonly AuthorizationPolicy[] {
  return push.authorizationPolicies.filter(
    (policy) => (policy.spec?.action ?? "ALLOW") === action && isAbout(policy, proxy, push),
  );
}

/**
 * The rules of one action, or undefined when no policy of it rules the workload. An ALLOW policy without rules makes an
 * empty list: nothing matches, everything is refused. A DENY policy without rules changes nothing.
 */
function rulesOf(
  proxy: MeshProxy,
  push: PushContext,
  of: { readonly action: Action; readonly layer: Layer },
): RbacRules | undefined {
  const policies = policiesFor(proxy, push, of.action);
  if (policies.length === 0) return undefined;
  const named: Record<string, NonNullable<RbacRules["policies"]>[string]> = {};
  for (const { metadata, spec } of policies)
    (spec?.rules ?? []).forEach((rule, index) => {
      const translated = translateRule(rule, { ...of, trustDomain: push.mesh.trustDomain });
      if (translated)
        named[`ns[${metadata.namespace ?? ""}]-policy[${metadata.name ?? ""}]-rule[${index}]`] = translated;
    });
  if (of.action === "DENY" && Object.keys(named).length === 0) return undefined;
  return { action: of.action, policies: named };
}

/** Who is it, then what may they: tokens are read before rules ask for their claims. */
export function httpSecurity(proxy: MeshProxy, push: PushContext): readonly HttpFilter[] {
  return [...requestAuthentication(proxy, push), ...httpAuthorization(proxy, push)];
}

/** DENY is asked before ALLOW. */
export function httpAuthorization(proxy: MeshProxy, push: PushContext): readonly HttpFilter[] {
  return ACTIONS.flatMap((action): readonly HttpFilter[] => {
    const rules = rulesOf(proxy, push, { action, layer: "http" });
    if (!rules) return [];
    return [
      {
        name: "envoy.filters.http.rbac",
        typedConfig: {
          "@type": HTTP_FILTER_TYPE.rbac,
          rules,
          shadowRulesStatPrefix: `istio_${action.toLowerCase()}_`,
        },
      },
    ];
  });
}

export function tcpAuthorization(proxy: MeshProxy, push: PushContext): readonly NetworkFilter[] {
  return ACTIONS.flatMap((action): readonly NetworkFilter[] => {
    const rules = rulesOf(proxy, push, { action, layer: "tcp" });
    if (!rules) return [];
    return [
      {
        name: "envoy.filters.network.rbac",
        typedConfig: { "@type": NETWORK_FILTER_TYPE.rbac, rules, statPrefix: "tcp." },
      },
    ];
  });
}

const ACTIONS: readonly Action[] = ["DENY", "ALLOW"];
