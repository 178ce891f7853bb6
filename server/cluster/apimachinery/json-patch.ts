import { deepEqual, isArray, isObject, type JsonObject, setKey } from "./json.ts";
import { badRequest, StatusError } from "./status.ts";

/** More operations than this are refused (apiserver maxJSONPatchOperations). */
const MOST_OPERATIONS = 10_000;

/**
 * RFC 6902. What is wrong is in the refusal's `cause`, worded as by the library that kube-apiserver uses
 * (evanphx/json-patch); like kube-apiserver's, the refusal itself does not tell (endpoints/handlers/patch.go).
 */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  if (!isArray(patch))
    throw badRequest("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
  if (patch.length > MOST_OPERATIONS) {
    const asked = `The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${patch.length}`;
    throw new StatusError({
      ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure" },
      ...{ reason: "RequestEntityTooLarge", code: 413, message: `Request entity too large: ${asked}` },
    });
  }
  return patch.reduce((current, operation) => applyOperation(current, operation), document);
}

function refuse(message: string): StatusError {
  return new StatusError(
    {
      ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure" },
      ...{ reason: "Invalid", code: 422, details: {} },
      message: "the server rejected our request due to an error in our request",
    },
    { cause: new Error(message) },
  );
}

function applyOperation(document: unknown, operation: unknown): unknown {
  if (!isObject(operation)) throw refuse("Unexpected kind: unknown");
  const path = pointer(operation.path);
  switch (operation.op) {
    case "add":
      return edit(document, path, { kind: "add", value: operation.value, whole: path });
    case "replace":
      return edit(document, path, { kind: "replace", value: operation.value, whole: path });
    case "remove":
      return edit(document, path, { kind: "remove", whole: path });
    case "test":
      if (!deepEqual(read(document, path, "test"), operation.value)) {
        throw refuse(`testing value ${String(operation.path)} failed: test failed`);
      }
      return document;
    case "move": {
      const from = pointer(operation.from);
      const value = read(document, from, "move");
      const rest = edit(document, from, { kind: "remove", whole: from });
      return edit(rest, path, { kind: "add", value, whole: path });
    }
    case "copy":
      return edit(document, path, {
        kind: "add",
        value: read(document, pointer(operation.from), "copy"),
        whole: path,
      });
    default:
      throw refuse(`Unexpected kind: ${String(operation.op)}`);
  }
}

function pointer(text: unknown): string[] {
  if (typeof text !== "string") throw refuse("missing path");
  if (text === "") return [];
  if (!text.startsWith("/")) throw refuse(`invalid path ${JSON.stringify(text)}`);
  return text
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function missing(kind: string, path: readonly string[]): StatusError {
  const text = `/${path.join("/")}`;
  return refuse(
    kind === "remove"
      ? `remove operation does not apply: doc is missing path: ${JSON.stringify(text)}: missing value`
      : `${kind} operation does not apply: doc is missing ${kind === "replace" ? "key" : "path"}: ${text}: missing value`,
  );
}

function read(document: unknown, path: readonly string[], kind: string): unknown {
  let current = document;
  for (const key of path) {
    if (isArray(current) && /^\d+$/.test(key) && Number(key) < current.length) current = current[Number(key)];
    else if (isObject(current) && Object.hasOwn(current, key)) current = current[key];
    else if (kind === "test") return undefined;
    else throw missing(kind, path);
  }
  return current;
}

/** `whole` is the path of the operation, for messages. */
type Edit = { whole: readonly string[] } & ({ kind: "add" | "replace"; value: unknown } | { kind: "remove" });

function edit(document: unknown, path: readonly string[], change: Edit): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change.kind === "remove" ? null : change.value;
  if (isArray(document)) return editArray(document, { key, rest }, change);
  if (!isObject(document)) throw missing(change.kind, change.whole);
  const exists = Object.hasOwn(document, key);
  if (rest.length > 0 || change.kind !== "add") {
    if (!exists) throw missing(change.kind, change.whole);
  }
  const copy: Record<string, unknown> = { ...document };
  if (rest.length > 0) setKey(copy, key, edit((document satisfies JsonObject)[key], rest, change));
  else if (change.kind === "remove") delete copy[key];
  else setKey(copy, key, change.value);
  return copy;
}

function editArray(
  array: readonly unknown[],
  at: { key: string; rest: readonly string[] },
  change: Edit,
): unknown {
  const last = at.rest.length === 0;
  if (at.key === "-" && last && change.kind === "add") return [...array, change.value];
  const index = Number(at.key);
  const limit = last && change.kind === "add" ? array.length : array.length - 1;
  if (!/^\d+$/.test(at.key) || index > limit) throw missing(change.kind, change.whole);
  if (!last) return array.with(index, edit(array[index], at.rest, change));
  if (change.kind === "remove") return array.toSpliced(index, 1);
  return change.kind === "add" ? array.toSpliced(index, 0, change.value) : array.with(index, change.value);
}
