import type { KubeObject } from "../../../apimachinery/index.ts";
import type { Selector, TargetReference } from "../model/security.ts";
import { labelsMatch } from "./host-names.ts";
import { type MeshProxy, proxyLabels } from "./proxy.ts";
import type { PushContext } from "./push-context.ts";

/** Pods that istiod deploys for a Gateway of the Gateway API carry its name. */
export const GATEWAY_NAME_LABELS = [
  "gateway.networking.k8s.io/gateway-name",
  "istio.io/gateway-name",
] as const;

interface SelectingSpec {
  readonly selector?: Selector;
  readonly targetRef?: TargetReference;
  readonly targetRefs?: readonly TargetReference[];
}

/** The Gateway that a proxy was deployed for. */
export function gatewayNameOf(labels: Readonly<Record<string, string>>): string | undefined {
  return GATEWAY_NAME_LABELS.map((name) => labels[name]).find((name) => name !== undefined);
}

/**
 * Whether a policy is about a workload: it lies in the workload's namespace or in the root namespace, and its selector
 * fits, or it names the Gateway whose proxy this is (pilot model/policyattachment.go).
 */
export function isAbout(
  policy: KubeObject & { readonly spec?: SelectingSpec },
  proxy: MeshProxy,
  push: PushContext,
): boolean {
  const { namespace } = policy.metadata;
  const here = namespace === proxy.namespace;
  if (!here && namespace !== push.mesh.rootNamespace) return false;
  const labels = proxyLabels(proxy, push);
  const { selector, targetRef, targetRefs = targetRef ? [targetRef] : [] } = policy.spec ?? {};
  if (targetRefs.length === 0) return labelsMatch(selector?.matchLabels, labels);
  const gateway = gatewayNameOf(labels);
  return (
    here &&
    targetRefs.some(
      ({ group, kind, name }) =>
        group === "gateway.networking.k8s.io" && kind === "Gateway" && name === gateway,
    )
  );
}
