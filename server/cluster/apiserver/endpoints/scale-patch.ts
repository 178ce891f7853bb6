import { applyJsonPatch, applyMergePatch, type KubeObject } from "../../apimachinery/index.ts";
import type { ApiCall } from "./call.ts";
import { unsupportedMediaType } from "./input.ts";
import { PATCH_TYPES } from "./patch.ts";

/** A Scale has no lists to merge, so a strategic patch of it is a merge patch. */
export function applyMergePatchTo(scale: KubeObject, call: ApiCall): unknown {
  if (call.contentType === "application/json-patch+json") return applyJsonPatch(scale, call.body);
  if (!PATCH_TYPES.includes(call.contentType)) throw unsupportedMediaType(PATCH_TYPES);
  return applyMergePatch(scale, call.body);
}
