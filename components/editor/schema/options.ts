import { type KindSchema, resolve, type Schema, schemaAt, typeWords } from "./schema.ts";
import type { Cursor } from "./yaml-lines.ts";

export interface Option {
  readonly label: string;
  readonly detail: string;
  readonly info?: string;
  readonly apply: string;
  readonly required?: true;
}

export interface KnownKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** What fits where somebody types. `column`: of the key that is typed. */
export function optionsFor(
  cursor: Cursor,
  { schema, kinds, column }: { schema: KindSchema | undefined; kinds: readonly KnownKind[]; column: number },
): Option[] {
  const top = cursor.path.length === 0;
  if (cursor.at === "value" && cursor.path.length === 1) {
    const heads = headValues(cursor, kinds);
    if (heads) return heads;
  }
  if (!schema) return top && cursor.at === "key" ? firstKeys(cursor) : [];
  const found = schemaAt(schema, cursor.path);
  if (found.kind !== "schema") return [];
  if (cursor.at === "value") return valuesOf(resolve(schema, found.schema));
  const { properties = {}, required = [] } = found.schema;
  return Object.entries(properties)
    .filter(([name]) => !cursor.present.includes(name) && !(top && name === "status"))
    .map(([name, one]) => {
      const { description } = resolve(schema, one);
      return {
        label: name,
        detail: typeWords(schema, one),
        apply: beginning(name, resolve(schema, one), column),
        ...(description === undefined ? {} : { info: description }),
        ...(required.includes(name) ? { required: true as const } : {}),
      };
    });
}

/** The key with what its value begins with: lists stand at their key's column, as kubectl prints them. */
function beginning(name: string, { type, properties, values }: Schema, column: number): string {
  if (type === "array") return `${name}:\n${" ".repeat(column)}- `;
  if (properties || values) return `${name}:\n${" ".repeat(column + 2)}`;
  return `${name}: `;
}

function valuesOf({ type, enum: texts = [] }: Schema): Option[] {
  const values = type === "boolean" ? ["true", "false"] : texts;
  return values.map((label) => ({ label, detail: type ?? "", apply: label === "" ? '""' : label }));
}

function headValues({ path, head }: Cursor, kinds: readonly KnownKind[]): Option[] | undefined {
  const option = (label: string): Option => ({ label, detail: "", apply: label });
  if (path[0] === "apiVersion") return [...new Set(kinds.map(({ apiVersion }) => apiVersion))].map(option);
  if (path[0] !== "kind") return undefined;
  const fitting = kinds.filter(({ apiVersion }) => !head || apiVersion === head.apiVersion);
  const shown = fitting.length > 0 ? fitting : kinds;
  const seen = new Set<string>();
  return shown.flatMap(({ kind, apiVersion }) => {
    if (seen.has(kind)) return [];
    seen.add(kind);
    return [{ ...option(kind), detail: apiVersion }];
  });
}

function firstKeys({ present }: Cursor): Option[] {
  const keys: Option[] = [
    { label: "apiVersion", detail: "string", apply: "apiVersion: " },
    { label: "kind", detail: "string", apply: "kind: " },
    { label: "metadata", detail: "object", apply: "metadata:\n  name: " },
    { label: "spec", detail: "object", apply: "spec:\n  " },
  ];
  return keys.filter(({ label }) => !present.includes(label));
}
