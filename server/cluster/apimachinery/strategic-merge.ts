import { arrayOf, deepEqual, isArray, isObject, type JsonObject, setKey, stringOf } from "./json.ts";
import type { SchemaNode } from "./schema-node.ts";
import { badRequest } from "./status.ts";

const ORDER = "$setElementOrder/";
const DELETE_PRIMITIVES = "$deleteFromPrimitiveList/";

/**
 * Strategic merge patch: a merge patch that knows which lists are keyed. Follows apimachinery util/strategicpatch; where
 * the schema knows nothing, lists are replaced.
 */
export function applyStrategicMerge(target: JsonObject, patch: unknown, node?: SchemaNode): JsonObject {
  if (!isObject(patch))
    throw badRequest(`json: cannot unmarshal ${goKind(patch)} into Go value of type map[string]interface {}`);
  const directive = patch.$patch;
  if (directive === "replace") return without(patch, "$patch");
  if (directive === "delete") return {};
  if (directive !== undefined && directive !== "merge") {
    throw badRequest(
      `Unknown patch type found: ${String(directive)} in map[${Object.keys(patch).join(" ")}]`,
    );
  }
  const result: Record<string, unknown> = { ...retained(target, patch.$retainKeys) };
  for (const key of Object.keys(patch)) {
    if (key === "$patch" || key === "$retainKeys") continue;
    if (key.startsWith(DELETE_PRIMITIVES)) {
      const field = key.slice(DELETE_PRIMITIVES.length);
      const gone = arrayOf(patch[key]);
      const kept = arrayOf(result[field]).filter((item) => !gone.some((other) => deepEqual(item, other)));
      if (isArray(result[field])) result[field] = kept;
    } else if (key.startsWith(ORDER)) {
      const field = key.slice(ORDER.length);
      if (!Object.hasOwn(patch, field)) mergeField(result, { field, patch: [] }, { whole: patch, node });
    } else mergeField(result, { field: key, patch: patch[key] }, { whole: patch, node });
  }
  return result;
}

function mergeField(
  result: Record<string, unknown>,
  { field, patch }: { field: string; patch: unknown },
  { whole, node }: { whole: JsonObject; node: SchemaNode | undefined },
): void {
  const present = Object.hasOwn(result, field) ? result[field] : undefined;
  const child = node?.field(field);
  const strategies = child?.patchStrategies ?? [];
  if (patch === null) delete result[field];
  else if (isObject(patch)) {
    const replace = strategies.includes("replace") || !isObject(present);
    setKey(result, field, applyStrategicMerge(replace ? {} : present, patch, child));
  } else if (isArray(patch)) {
    const order = whole[`${ORDER}${field}`];
    const lists = { present: arrayOf(present), patch, order: isArray(order) ? order : undefined };
    const merges = strategies.includes("merge");
    if (!merges) {
      if (patch.length > 0 || Object.hasOwn(whole, field)) setKey(result, field, patch.map(cleaned));
    } else if (child?.patchMergeKey)
      setKey(result, field, mergeKeyed(lists, child.patchMergeKey, child.items));
    else setKey(result, field, mergePrimitives(lists));
  } else setKey(result, field, patch);
}

interface Lists {
  readonly present: readonly unknown[];
  readonly patch: readonly unknown[];
  readonly order: readonly unknown[] | undefined;
}

function mergePrimitives({ present, patch, order }: Lists): unknown[] {
  const all = [...present];
  for (const item of patch) if (!all.some((other) => deepEqual(item, other))) all.push(item);
  return order ? reorder(all, { order, before: present, keyOf: (item) => item }) : all;
}

function mergeKeyed({ present, patch, order }: Lists, mergeKey: string, node?: SchemaNode): unknown[] {
  const keyOf = (item: unknown) => (isObject(item) ? item[mergeKey] : undefined);
  const replaced = patch.some((item) => isObject(item) && item.$patch === "replace");
  let items = replaced ? [] : [...present];
  for (const item of patch) {
    if (!isObject(item)) throw badRequest(`expected an object with ${mergeKey} in a list patch`);
    if (item.$patch === "replace" && keyOf(item) === undefined) continue;
    if (keyOf(item) === undefined) {
      throw badRequest(
        `map: map[${Object.keys(item).join(" ")}] does not contain declared merge key: ${mergeKey}`,
      );
    }
    const same = (other: unknown) => deepEqual(keyOf(other), keyOf(item));
    if (item.$patch === "delete") {
      items = items.filter((other) => !same(other));
      continue;
    }
    const index = items.findIndex(same);
    const found = items[index];
    const merged = applyStrategicMerge(isObject(found) ? found : {}, item, node);
    if (index < 0) items.push(merged);
    else items[index] = merged;
  }
  return order ? reorder(items, { order: order.map(keyOf), before: present.map(keyOf), keyOf }) : items;
}

/** Elements that the patch orders follow that order; the others keep their place relative to what stood before. */
function reorder(
  items: readonly unknown[],
  by: { order: readonly unknown[]; before: readonly unknown[]; keyOf(item: unknown): unknown },
): unknown[] {
  const indexIn = (list: readonly unknown[], item: unknown) =>
    list.findIndex((key) => deepEqual(key, by.keyOf(item)));
  const ordered = items
    .filter((item) => indexIn(by.order, item) >= 0)
    .sort((a, b) => indexIn(by.order, a) - indexIn(by.order, b));
  const others = items.filter((item) => indexIn(by.order, item) < 0);
  const result: unknown[] = [];
  for (const item of ordered) {
    const place = indexIn(by.before, item);
    while (others.length > 0 && place >= 0 && indexIn(by.before, others[0]) < place)
      result.push(others.shift());
    result.push(item);
  }
  return [...result, ...others];
}

function retained(target: JsonObject, retainKeys: unknown): JsonObject {
  if (!isArray(retainKeys)) return target;
  const kept = new Set(retainKeys.map(stringOf));
  return Object.fromEntries(Object.entries(target).filter(([key]) => kept.has(key)));
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

/** A value that is new to the target: its directives have nothing left to do. */
function cleaned(value: unknown): unknown {
  return isObject(value) ? applyStrategicMerge({}, value) : value;
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}
