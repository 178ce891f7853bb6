import { isArray, isObject, StatusError } from "../../apimachinery/index.ts";

const WRONG = /: json: cannot unmarshal (\S+?)(?: \S+)? into Go struct field \S+ of type (.+)$/;

/**
 * A strategic merge patch that leaves something which is not of the kind's type: kube-apiserver turns the merged map into
 * the type with its own converter, and tells of the patch. Follows endpoints/handlers/patch.go applyPatchToObject and
 * apimachinery runtime/converter.go.
 */
export function unfitPatch(error: unknown, patch: unknown): unknown {
  const [, found = "", wanted] = (error instanceof Error && WRONG.exec(error.message)) || [];
  if (wanted === undefined) return error;
  const message = `Invalid value: "${shown(patch)}": ${unconverted(found, wanted)}`;
  return new StatusError({
    ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason: "Invalid", code: 422 },
    message: ` "" is invalid: patch: ${message}`,
    details: { causes: [{ reason: "FieldValueInvalid", message, field: "patch" }] },
  });
}

function unconverted(found: string, wanted: string): string {
  const kind =
    found === "object" ? "map" : found === "array" ? "slice" : found === "number" ? "int64" : found;
  if (wanted.startsWith("[]")) return `cannot restore slice from ${kind}`;
  if (wanted.startsWith("map[")) return `cannot restore map from ${kind}`;
  return wanted.includes(".") ? `cannot restore struct from: ${kind}` : `unrecognized type: ${wanted}`;
}

/** As Go's %+v shows decoded JSON. */
function shown(value: unknown): string {
  if (isArray(value)) return `[${value.map(shown).join(" ")}]`;
  if (!isObject(value)) return value === null ? "<nil>" : String(value);
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${shown(item)}`).join(" ")}]`;
}
