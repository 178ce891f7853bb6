import type { Namespace } from "../../apis/index.ts";
import type { ResourceType } from "../../client/index.ts";

const FINALIZER = "kubernetes";

/** The finalizers left after ours is done; undefined when ours is not there (any more). */
export function withoutFinalizer({ spec }: Namespace): string[] | undefined {
  const finalizers = spec.finalizers ?? [];
  return finalizers.includes(FINALIZER) ? finalizers.filter((name) => name !== FINALIZER) : undefined;
}

/** Controllers' objects first, so that nothing makes new pods while the old ones go; events last. */
const LATE = ["pods", "endpointslices", "endpoints", "configmaps", "secrets", "serviceaccounts", "events"];

export function deletionOrder(types: readonly ResourceType[]): ResourceType[] {
  return types
    .filter(({ namespaced }) => namespaced)
    .sort((a, b) => LATE.indexOf(a.plural) - LATE.indexOf(b.plural));
}
