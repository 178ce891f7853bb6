import type { CommandContext } from "../command.ts";
import type { ConfigDump } from "../proxy-config/index.ts";
import { atLeast } from "../release.ts";
import { networkingConfig } from "./api.ts";
import { destinationRuleOf, rbacPolicies, virtualServiceOf } from "./breadcrumbs.ts";
import type { Metadata, Pod, Service } from "./objects.ts";
import { serviceLines } from "./pod-lines.ts";
import { destinationRuleLines, noSubsets, type Subsets, subsetsOf, virtualServiceLines } from "./rules.ts";

/** What one description is about. */
export interface Subject {
  readonly context: CommandContext;
  /** The namespace that goes without saying. */
  readonly namespace: string;
  readonly services: readonly Service[];
  readonly podLabels: readonly Readonly<Record<string, string>>[];
}

export const SEPARATOR = "--------------------";

/** `name`, or `name.namespace` elsewhere than in the description's own namespace. */
export const shownName = ({ name, namespace }: Pick<Metadata, "name" | "namespace">, own: string): string =>
  namespace === own ? name : `${name}.${namespace}`;

/** Rules that a proxy's configuration says it follows, for one port of a service. */
export interface PortRules {
  readonly subsets: Subsets;
  readonly destinationRule: string | undefined;
  /** Lines of the DestinationRule, and of rules that are no longer there. */
  readonly destinationLines: readonly string[];
  /** Lines of the VirtualService; undefined when the proxy names none. */
  readonly virtualLines: readonly string[] | undefined;
  readonly stale: readonly string[];
}

/** The layout changed somewhere between 1.21 and 1.29. */
export const isModern = ({ context }: Subject): boolean => atLeast(context.version, "1.29");

const stale = (kind: string, { name, namespace }: { name: string; namespace: string }): string =>
  `WARNING: Proxy is stale; it references to non-existent ${kind} ${name}.${namespace}`;

export async function rulesOfPort(
  subject: Subject,
  dump: ConfigDump,
  { service, port }: { readonly service: Service; readonly port: number },
): Promise<PortRules> {
  const { context, namespace, podLabels } = subject;
  let subsets = noSubsets;
  let destinationRule: string | undefined;
  let destinationLines: string[] = [];
  const byCluster = destinationRuleOf(dump, service, port);
  if (byCluster) {
    const rule = await networkingConfig(context, "destinationrules", byCluster);
    if (rule) {
      subsets = subsetsOf(rule, podLabels);
      destinationRule = shownName(rule.metadata, namespace);
      const modern = isModern(subject);
      destinationLines = destinationRuleLines(rule, { ...subsets, name: destinationRule, modern });
    } else destinationLines = [stale("destination rule", byCluster)];
  }
  const byRoute = virtualServiceOf(dump, service, port);
  const rule = byRoute && (await networkingConfig(context, "virtualservices", byRoute));
  const shown = rule && { rule, name: shownName(rule.metadata, namespace) };
  return {
    subsets,
    destinationRule,
    destinationLines,
    virtualLines: shown && virtualServiceLines(shown.rule, { ...shown, service, subsets, destinationRule }),
    stale: byRoute && !rule ? [stale("virtual service", byRoute)] : [],
  };
}

/** The services of a pod with the rules that its proxy follows. */
export async function describeServices(subject: Subject, pod: Pod, dump: ConfigDump): Promise<string[]> {
  const lines: string[] = [];
  for (const [row, service] of subject.services.entries()) {
    if (row > 0) lines.push(SEPARATOR);
    lines.push(...serviceLines(shownName(service.metadata, subject.namespace), service, pod));
    for (const { port } of service.spec.ports) {
      const rules = await rulesOfPort(subject, dump, { service, port });
      const several = service.spec.ports.length > 1;
      const modern = isModern(subject);
      if (several && modern) lines.push(`${port}:`);
      // With several ports each block says to which it belongs; later releases set it below its port.
      const placed = (block: readonly string[]) => {
        if (!several) return block;
        if (modern) return block.map((line) => `   ${line}`);
        return block.map((line, index) => (index === 0 ? `${port} ${line}` : line));
      };
      const isRule = rules.destinationRule !== undefined;
      lines.push(...(isRule ? placed(rules.destinationLines) : rules.destinationLines));
      lines.push(...(rules.virtualLines ? placed(rules.virtualLines) : rules.stale));
      const policies = rbacPolicies(dump);
      if (policies.length > 0)
        lines.push(`${several ? `${port} ` : ""}RBAC policies: ${policies.join(", ")}`);
    }
  }
  return lines;
}
