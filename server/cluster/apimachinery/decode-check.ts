import { isArray, isObject, type JsonObject, setKey } from "./json.ts";
import type { SchemaNode } from "./schema-node.ts";
import { badRequest } from "./status.ts";
import { formatProblem } from "./wire-formats.ts";

export interface Decoded {
  /** The value without unknown fields. */
  readonly value: unknown;
  /** Paths of the fields that were unknown, e.g. `spec.containers[0].imag`. */
  readonly unknown: readonly string[];
}

/**
 * Reads a body as Go would decode it into a typed object: fields the type does not have are dropped and told, a value of
 * the wrong type throws with the words of encoding/json. Custom resources are only pruned; their schema judges types.
 */
export function decodeTyped(
  body: JsonObject,
  node: SchemaNode,
  { kind = "", checkTypes = true }: { kind?: string; checkTypes?: boolean } = {},
): Decoded {
  const unknown: string[] = [];
  const walk = (value: unknown, at: SchemaNode, place: Place): unknown => {
    if (checkTypes) checkType(value, at, place);
    if (isArray(value)) {
      const { items } = at;
      if (!items) return value;
      return mapSame(value, (item, index) =>
        walk(item, items, {
          ...place,
          path: `${place.path}[${index}]`,
        }),
      );
    }
    if (!isObject(value)) return value;
    let result: Record<string, unknown> | undefined;
    for (const [key, item] of Object.entries(value)) {
      const path = place.path ? `${place.path}.${key}` : key;
      const child = at.field(key);
      if (!child && at.isOpen) continue;
      if (!child) {
        unknown.push(path);
        result ??= { ...value };
        delete result[key];
        continue;
      }
      const owner = at.typeName || place.owner;
      // encoding/json names the fields of structs, not the keys of maps.
      const field = at.isMap ? place.field : place.field ? `${place.field}.${key}` : key;
      const next = walk(item, child, { path, field, owner });
      if (next !== item) {
        result ??= { ...value };
        setKey(result, key, next);
      }
    }
    return result ?? value;
  };
  return { value: walk(body, node, { path: "", field: "", owner: kind }), unknown };
}

interface Place {
  readonly path: string;
  /** The same without indices and keys of maps. */
  readonly field: string;
  /** The Go struct that holds the field. */
  readonly owner: string;
}

function mapSame(
  list: readonly unknown[],
  change: (item: unknown, index: number) => unknown,
): readonly unknown[] {
  const next = list.map(change);
  return next.every((item, index) => item === list[index]) ? list : next;
}

function checkType(value: unknown, node: SchemaNode, { path, field, owner }: Place): void {
  if (value === null || value === undefined || path === "") return;
  const problem = formatProblem(value, node.schema.format);
  if (problem) throw badRequest(problem);
  const wanted = node.schema.type;
  if (typeof wanted !== "string" || node.schema.oneOf !== undefined) return;
  const found = isArray(value) ? "array" : typeof value;
  const fits =
    wanted === found ||
    (wanted === "integer" && found === "number" && Number.isInteger(value)) ||
    // Bytes and times are strings; maps and structs are objects. An open schema takes anything.
    (wanted === "object" && node.isOpen);
  if (fits) return;
  const goFound =
    found === "boolean"
      ? "bool"
      : wanted === "integer" && found === "number"
        ? `number ${String(value)}`
        : found;
  throw badRequest(
    `json: cannot unmarshal ${goFound} into Go struct field ${owner}.${field} of type ${goType(node)}`,
  );
}

function goType(node: SchemaNode): string {
  const { type, format } = node.schema;
  if (type === "integer") return typeof format === "string" ? format : "int";
  if (type === "boolean") return "bool";
  if (type === "number") return "float64";
  if (type === "array") return `[]${node.items ? goType(node.items) : "interface {}"}`;
  if (type === "object" && node.isMap) return `map[string]${node.field("")?.schema.type ?? "string"}`;
  if (type === "object") return `v1.${node.typeName || "Object"}`;
  return "string";
}
