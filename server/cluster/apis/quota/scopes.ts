import { isObject, type KubeObject } from "../../apimachinery/index.ts";
import { qosClass } from "../core/v1/pod.ts";
import type { Pod } from "../core/v1/pod-types.ts";
import type { QuotaScope, ResourceQuota } from "../core/v1/types.ts";
import { type CountedResource, isPod } from "./usage.ts";

/** Whether a quota looks at an object at all: one with scopes looks at pods that are in all of them. Follows podMatchesScopeFunc. */
export function inScopes(
  { spec }: ResourceQuota,
  { group, plural }: CountedResource,
  object: KubeObject,
): boolean {
  const scopes: QuotaScope[] = [
    ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: "Exists" })),
    ...(spec?.scopeSelector?.matchExpressions ?? []),
  ];
  if (scopes.length === 0) return true;
  if (group !== "" || plural !== "pods" || !isPod(object)) return false;
  return scopes.every((scope) => inScope(scope, object));
}

function inScope({ scopeName, operator, values = [] }: QuotaScope, pod: Pod): boolean {
  const { spec } = pod;
  const bounded = spec.activeDeadlineSeconds !== undefined;
  const priority = spec.priorityClassName ?? "";
  switch (scopeName) {
    case "Terminating":
      return bounded;
    case "NotTerminating":
      return !bounded;
    case "BestEffort":
      return qosClass(pod) === "BestEffort";
    case "NotBestEffort":
      return qosClass(pod) !== "BestEffort";
    case "CrossNamespacePodAffinity":
      return crossesNamespaces(spec.affinity);
    case "PriorityClass":
      if (operator === "Exists") return priority !== "";
      if (operator === "DoesNotExist") return priority === "";
      return priority !== "" && values.includes(priority) === (operator === "In");
    default:
      return false;
  }
}

/** Somewhere in a pod affinity term other namespaces are named or selected. */
function crossesNamespaces(affinity: unknown): boolean {
  if (Array.isArray(affinity)) return affinity.some(crossesNamespaces);
  if (!isObject(affinity)) return false;
  const { nodeAffinity: _, namespaces, namespaceSelector, ...rest } = affinity;
  if (Array.isArray(namespaces) && namespaces.length > 0) return true;
  return isObject(namespaceSelector) || Object.values(rest).some(crossesNamespaces);
}
