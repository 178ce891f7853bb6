import { isObject, type JsonObject, setKey } from "./json.ts";

/** RFC 7386: null removes, objects merge, everything else replaces. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const base: JsonObject = isObject(target) ? target : {};
  const result: Record<string, unknown> = { ...base };
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null) delete result[key];
    else setKey(result, key, applyMergePatch(Object.hasOwn(base, key) ? base[key] : undefined, value));
  }
  return result;
}
