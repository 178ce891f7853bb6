import type { DestinationRule, PortPolicy, Subset, TrafficPolicy } from "../model/networking.ts";
import { hostMatches, isVisible, labelsMatch, resolveShortName, specificity } from "./host-names.ts";
import type { MeshService } from "./registry.ts";

/** The rules of one host as one: what `proxy-config` names is the first. */
export interface EffectiveRule {
  readonly name: string;
  readonly namespace: string;
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets: readonly Subset[];
  readonly hasWorkloadSelector: boolean;
}

export interface RuleClient {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

export class DestinationRules {
  private readonly byNamespace = new Map<
    string,
    { readonly host: string; readonly rule: DestinationRule }[]
  >();

  /** `rules` in order of creation. */
  constructor(
    rules: readonly DestinationRule[],
    private readonly rootNamespace: string,
  ) {
    for (const rule of rules) {
      const { namespace = "" } = rule.metadata;
      const entry = { host: resolveShortName(rule.spec.host, namespace), rule };
      const list = this.byNamespace.get(namespace);
      if (list) list.push(entry);
      else this.byNamespace.set(namespace, [entry]);
    }
  }

  /** Looks in the client's namespace, then the service's, then the root namespace; the most specific host wins. */
  forService(service: MeshService, client: RuleClient): EffectiveRule | undefined {
    const namespaces = new Set([client.namespace, service.namespace, this.rootNamespace]);
    for (const namespace of namespaces) {
      const found = this.inNamespace(namespace, service.hostname, client);
      if (found) return found;
    }
    return undefined;
  }

  private inNamespace(namespace: string, host: string, client: RuleClient): EffectiveRule | undefined {
    const candidates = (this.byNamespace.get(namespace) ?? []).filter(
      ({ host: pattern, rule }) =>
        hostMatches(pattern, host) &&
        isVisible(rule.spec.exportTo, namespace, client.namespace) &&
        (!rule.spec.workloadSelector ||
          (namespace === client.namespace &&
            labelsMatch(rule.spec.workloadSelector.matchLabels, client.labels))),
    );
    const best = Math.max(...candidates.map((candidate) => specificity(candidate.host)));
    const rules = candidates
      .filter((candidate) => specificity(candidate.host) === best)
      .map(({ rule }) => rule);
    const [first] = rules;
    return first ? merge(first, rules) : undefined;
  }
}

/** Several rules for one host: the oldest that has a policy gives it, subsets are joined, the first of a name wins. */
function merge(first: DestinationRule, rules: readonly DestinationRule[]): EffectiveRule {
  const subsets = new Map<string, Subset>();
  for (const rule of rules)
    for (const subset of rule.spec.subsets ?? [])
      if (!subsets.has(subset.name)) subsets.set(subset.name, subset);
  const trafficPolicy = rules.find((rule) => rule.spec.trafficPolicy)?.spec.trafficPolicy;
  return {
    name: first.metadata.name ?? "",
    namespace: first.metadata.namespace ?? "",
    ...(trafficPolicy ? { trafficPolicy } : {}),
    subsets: [...subsets.values()],
    hasWorkloadSelector: first.spec.workloadSelector !== undefined,
  };
}

/** Settings of one port: the subset's over the rule's, and in each the port's over the general ones. */
export function policyForPort(port: number, ...policies: readonly (TrafficPolicy | undefined)[]): PortPolicy {
  let effective: PortPolicy = {};
  for (const policy of policies) {
    if (!policy) continue;
    const own = policy.portLevelSettings?.find((settings) => settings.port?.number === port);
    if (own) {
      // Upstream: port settings stand alone, what they leave out is default, not the rule's.
      const { port: _, ...settings } = own;
      effective = settings;
      continue;
    }
    const { portLevelSettings: _, ...general } = policy;
    effective = { ...effective, ...general };
  }
  return effective;
}
