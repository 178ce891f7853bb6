import type { Selector, TargetReference } from "../model/security.ts";

interface Selecting {
  readonly selector?: Selector;
  readonly targetRef?: TargetReference;
  readonly targetRefs?: readonly TargetReference[];
}

const GATEWAY = { group: "gateway.networking.k8s.io", kind: "Gateway" } as const;

/** What is wrong with whom a policy is about. Follows validateOneOfSelectorType and its neighbours. */
export function selectionErrors({ selector, targetRef, targetRefs }: Selecting): readonly string[] {
  const errors: string[] = [];
  const named = targetRef ? [targetRef] : (targetRefs ?? []);
  if (selector && named.length > 0) errors.push("only one of targetRef or workloadSelector can be set");
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) {
    if (key === "") errors.push(`empty key is not supported in selector: "${key}=${value}"`);
    if (`${key}${value}`.includes("*"))
      errors.push(`wildcard is not supported in selector: "${key}=${value}"`);
  }
  for (const { group = "", kind = "", name, namespace } of named) {
    if (!name) errors.push("targetRef name must be set");
    if (namespace) errors.push("targetRef namespace must not be set");
    if (group !== GATEWAY.group || kind !== GATEWAY.kind)
      errors.push(
        `targetRef Group and/or Kind don't match; expected: [Group: ${GATEWAY.group}, Kind: ${GATEWAY.kind}], got: [Group: ${group}, Kind: ${kind}]`,
      );
  }
  return errors;
}
