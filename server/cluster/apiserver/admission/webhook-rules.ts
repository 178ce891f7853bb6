import {
  arrayOf,
  isObject,
  type JsonObject,
  type KubeObject,
  matchesLabels,
  selectorOf,
  stringOf,
} from "../../apimachinery/index.ts";
import type { Resources } from "../registry/resources.ts";
import type { Attributes } from "./attributes.ts";

export interface MatchDeps {
  readonly resources: Resources;
  /** The labels of a namespace, undefined when there is none. */
  namespaceLabels(name: string): Readonly<Record<string, string>> | undefined;
}

/** Whether a webhook wants to hear of this request. Its matchConditions come after. Follows webhook/generic ShouldCallHook. */
export function webhookMatches(webhook: JsonObject, attributes: Attributes, deps: MatchDeps): boolean {
  const { resource } = attributes;
  // Webhooks cannot stop the repair of webhooks.
  if (resource.strategy.group === "admissionregistration.k8s.io") return false;
  if (
    !arrayOf(webhook.rules).some((rule) => isObject(rule) && ruleMatches(rule, webhook, { attributes, deps }))
  ) {
    return false;
  }
  const namespaceSelector = selectorOf(webhook.namespaceSelector);
  if (namespaceSelector && namespaceSelector.length > 0 && !inSelectedNamespace()) return false;
  const objectSelector = selectorOf(webhook.objectSelector);
  if (!objectSelector || objectSelector.length === 0) return true;
  const fits = (object: KubeObject | undefined) =>
    object !== undefined && matchesLabels(objectSelector, object.metadata.labels);
  return fits(attributes.object) || fits(attributes.oldObject);

  function inSelectedNamespace(): boolean {
    const selector = namespaceSelector ?? [];
    const { strategy } = resource;
    if (strategy.group === "" && strategy.plural === "namespaces") {
      const labels = attributes.object?.metadata.labels ?? attributes.oldObject?.metadata.labels;
      return matchesLabels(selector, labels);
    }
    if (!strategy.namespaced) return true;
    return matchesLabels(selector, deps.namespaceLabels(attributes.namespace));
  }
}

function ruleMatches(
  rule: JsonObject,
  webhook: JsonObject,
  { attributes, deps }: { attributes: Attributes; deps: MatchDeps },
): boolean {
  const has = (list: unknown, value: string) => arrayOf(list).some((item) => item === "*" || item === value);
  const { group, version, plural, namespaced } = attributes.resource.strategy;
  if (!has(rule.operations, attributes.operation)) return false;
  const scope = stringOf(rule.scope) || "*";
  if (scope !== "*" && (scope === "Namespaced") !== namespaced) return false;
  if (
    !arrayOf(rule.resources).some((pattern) =>
      resourceMatches(stringOf(pattern), plural, attributes.subresource),
    )
  ) {
    return false;
  }
  if (!has(rule.apiGroups, group)) return false;
  if (has(rule.apiVersions, version)) return true;
  if (webhook.matchPolicy === "Exact") return false;
  // Equivalent: another version of the same resource counts too.
  return arrayOf(rule.apiVersions).some(
    (other) => deps.resources.find(group, stringOf(other), plural) !== undefined,
  );
}

function resourceMatches(pattern: string, plural: string, subresource: string): boolean {
  const [resource, sub] = pattern.split("/");
  if (resource !== "*" && resource !== plural) return false;
  if (sub === undefined) return subresource === "";
  return sub === "*" || sub === subresource;
}
