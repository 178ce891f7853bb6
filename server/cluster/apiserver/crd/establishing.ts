import {
  arrayOf,
  deepEqual,
  type FieldError,
  isObject,
  type JsonObject,
  type KubeObject,
  objectOf,
  stringOf,
  valueAt,
} from "../../apimachinery/index.ts";
import type { ResourceStrategy } from "../../apis/strategy.ts";
import { ruleDefinitionErrors } from "./rule-definitions.ts";

/**
 * The strategy of CustomResourceDefinition with what upstream's apiextensions controllers would add a moment later: names
 * are accepted and the definition is established in the same write.
 */
export function establishing(strategy: ResourceStrategy): ResourceStrategy {
  return {
    ...strategy,
    validate(crd, old) {
      const errors = [...(strategy.validate?.(crd) ?? []), ...conversionErrors(crd)];
      // Rules that are stored stay, whatever is thought of them now; and rules of a broken schema cannot be read.
      if (errors.length > 0 || deepEqual(crd.spec, old?.spec)) return errors;
      return ruleDefinitionErrors(crd);
    },
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

/** All versions of an object differ in apiVersion only; a webhook that would change more is refused, not ignored. */
function conversionErrors(crd: KubeObject): FieldError[] {
  const wanted = valueAt(crd, "spec", "conversion", "strategy");
  if (wanted === undefined || wanted === "None") return [];
  const why = "conversion by webhook is not supported by the practice cluster";
  return [
    {
      type: "FieldValueNotSupported",
      field: "spec.conversion.strategy",
      message: `Unsupported value: ${JSON.stringify(wanted)}: supported values: "None" (${why})`,
    },
  ];
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
