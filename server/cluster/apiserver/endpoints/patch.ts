import {
  applyJsonPatch,
  applyMergePatch,
  badRequest,
  isObject,
  type KubeObject,
} from "../../apimachinery/index.ts";
import type { Resource } from "../registry/resource.ts";
import { inputObject, unsupportedMediaType } from "./input.ts";

export const APPLY_PATCH = "application/apply-patch+yaml";
export const STRATEGIC_PATCH = "application/strategic-merge-patch+json";
export const PATCH_TYPES = [
  "application/json-patch+json",
  "application/merge-patch+json",
  STRATEGIC_PATCH,
  APPLY_PATCH,
];

/** How to apply a strategic merge patch to an object of this resource. */
export type StrategicMerge = (resource: Resource, target: KubeObject, patch: unknown) => unknown;

/** The present object with a JSON, merge or strategic merge patch applied. */
export function patched(
  resource: Resource,
  present: KubeObject,
  patch: { readonly type: string; readonly body: unknown; readonly strategicMerge: StrategicMerge },
): KubeObject {
  const { namespace = "", name = "" } = present.metadata;
  const result = apply(resource, present, patch);
  if (!isObject(result)) throw badRequest("the patch did not leave an object");
  // A patch cannot rename or move: upstream compares name and namespace after patching.
  return inputObject(resource, result, { namespace, name });
}

function apply(
  resource: Resource,
  present: KubeObject,
  patch: { readonly type: string; readonly body: unknown; readonly strategicMerge: StrategicMerge },
): unknown {
  switch (patch.type) {
    case "application/json-patch+json":
      return applyJsonPatch(present, patch.body);
    case "application/merge-patch+json":
      return applyMergePatch(present, patch.body);
    case STRATEGIC_PATCH:
      if (resource.custom)
        throw unsupportedMediaType(PATCH_TYPES.filter((type) => !type.includes("strategic")));
      return patch.strategicMerge(resource, present, patch.body);
    default:
      throw unsupportedMediaType(PATCH_TYPES);
  }
}
