import { ineffectiveSelector, noMatchingWorkloads, referencedResourceNotFound } from "../findings.ts";
import { podInMesh } from "../in-mesh.ts";
import { about, type Message } from "../message.ts";
import { selectorText, selects } from "../selectors.ts";
import type { Analyzer, World } from "../world.ts";

type Policy = World["authorizationPolicies"][number];

/** Policies that protect nobody, and namespaces they name that are not there. */
export const authorizationPoliciesAnalyzer: Analyzer = {
  name: "auth.AuthorizationPoliciesAnalyzer",
  description: "Checks the validity of authorization policies",
  inputs: ["AuthorizationPolicy", "Namespace", "Pod"],
  run: (world) =>
    world.authorizationPolicies.flatMap((policy) => [
      ...withoutWorkloads(policy, world),
      ...unknownNamespaces(policy, world),
    ]),
};

function withoutWorkloads(policy: Policy, world: World): Message[] {
  const { namespace } = policy.metadata;
  const labels = policy.spec.selector?.matchLabels;
  const meshWide = namespace === world.meshConfig.rootNamespace;
  if (meshWide && !labels) return [];
  const reached = world.pods
    .filter(({ metadata }) => meshWide || metadata.namespace === namespace)
    .filter((pod) => podInMesh(pod, world));
  if (reached.some(({ metadata }) => selects(labels ?? {}, metadata.labels))) return [];
  return [about(policy, noMatchingWorkloads(selectorText(labels ?? {})))];
}

function unknownNamespaces(policy: Policy, { namespaces }: World): Message[] {
  const exists = (wanted: string) =>
    namespaces.some(({ metadata: { name } }) => namespaceMatches(name, wanted));
  return policy.spec.rules.flatMap(({ from }, rule) =>
    from.flatMap(({ source }, index) =>
      [source?.namespaces ?? [], source?.notNamespaces ?? []].flatMap((list) =>
        list.flatMap((name, at) =>
          exists(name)
            ? []
            : [
                about(
                  policy,
                  referencedResourceNotFound("namespace", name),
                  `spec.rules[${rule}].from[${index}].source.namespaces[${at}]`,
                ),
              ],
        ),
      ),
    ),
  );
}

function namespaceMatches(name: string, wanted: string): boolean {
  if (wanted === "*") return true;
  if (wanted.startsWith("*")) return name.endsWith(wanted.slice(1));
  if (wanted.endsWith("*")) return name.startsWith(wanted.slice(0, -1));
  return name.toLowerCase() === wanted.toLowerCase();
}

const GATEWAY_NAME = "istio.io/gateway-name";

/** Kubernetes gateways are named by targetRef, not selected. */
export const gatewaySelectorAnalyzer: Analyzer = {
  name: "k8sgateway.SelectorAnalyzer",
  description: "Check that selectors are effective for Kubernetes gateway",
  inputs: ["AuthorizationPolicy", "RequestAuthentication", "Telemetry", "WasmPlugin", "Pod"],
  run({ pods, authorizationPolicies, requestAuthentications, telemetries, wasmPlugins }) {
    const gateways = pods.filter(({ metadata: { labels } }) => gatewayName(labels) !== undefined);
    return [...authorizationPolicies, ...requestAuthentications, ...telemetries, ...wasmPlugins].flatMap(
      (policy) => {
        const { selector, targetRef } = policy.spec;
        if (targetRef || !selector) return [];
        return gateways
          .filter(({ metadata }) => metadata.namespace === policy.metadata.namespace)
          .filter(({ metadata }) => selects(selector.matchLabels, metadata.labels))
          .map(({ metadata }) => about(policy, ineffectiveSelector(gatewayName(metadata.labels) ?? "")));
      },
    );
  },
};

const gatewayName = (labels: Readonly<Record<string, string>>): string | undefined =>
  labels["gateway.networking.k8s.io/gateway-name"] ?? labels[GATEWAY_NAME];
