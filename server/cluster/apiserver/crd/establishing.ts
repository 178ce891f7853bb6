import {
  arrayOf,
  isObject,
  type JsonObject,
  type KubeObject,
  objectOf,
  stringOf,
  valueAt,
} from "../../apimachinery/index.ts";
import type { ResourceStrategy } from "../../apis/strategy.ts";

/**
 * The strategy of CustomResourceDefinition with what upstream's apiextensions controllers would add a moment later: names
 * are accepted and the definition is established in the same write.
 */
export function establishing(strategy: ResourceStrategy): ResourceStrategy {
  return {
    ...strategy,
    prepareForCreate(crd, context) {
      const prepared = strategy.prepareForCreate?.(crd, context) ?? crd;
      return { ...prepared, status: statusOf(prepared, context.now, []) };
    },
    prepareForUpdate(crd, old, context) {
      const prepared = strategy.prepareForUpdate?.(crd, old, context) ?? crd;
      const stored = arrayOf(valueAt(old, "status", "storedVersions")).map(stringOf);
      return { ...prepared, status: statusOf(prepared, transitionTime(old) || context.now, stored) };
    },
  };
}

function transitionTime(crd: KubeObject): string {
  return stringOf(valueAt(arrayOf(valueAt(crd, "status", "conditions"))[0], "lastTransitionTime"));
}

function statusOf(crd: KubeObject, at: string, stored: readonly string[]): JsonObject {
  const versions = arrayOf(valueAt(crd, "spec", "versions")).filter(isObject);
  const storage = stringOf(versions.find((version) => version.storage === true)?.name);
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: "True",
    lastTransitionTime: at,
    reason,
    message,
  });
  return {
    conditions: [
      condition("NamesAccepted", "NoConflicts", "no conflicts found"),
      condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ],
    acceptedNames: objectOf(valueAt(crd, "spec", "names")),
    storedVersions: [...new Set([...stored, storage])].filter((name) => name !== ""),
  };
}
