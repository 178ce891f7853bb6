import type { YamlPath } from "./yaml-lines.ts";

/** As server/workspace/schemas writes it. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly values?: Schema;
  readonly open?: true;
  readonly ref?: string;
}

export interface KindSchema {
  readonly root: Schema;
  readonly definitions: Readonly<Record<string, Schema>>;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

export function parseSchema(text: string): KindSchema | undefined {
  const value: unknown = JSON.parse(text);
  const isWhole = (one: unknown): one is KindSchema =>
    isObject(one) && "root" in one && isObject(one.root) && "definitions" in one && isObject(one.definitions);
  return isWhole(value) ? value : undefined;
}

/** What a reference leads to; its own description goes before the one it refers to. */
export function resolve(kind: KindSchema, schema: Schema): Schema {
  if (schema.ref === undefined) return schema;
  const target = kind.definitions[schema.ref] ?? { open: true as const };
  return { ...target, ...(schema.description === undefined ? {} : { description: schema.description }) };
}

export type Found =
  | { readonly kind: "schema"; readonly schema: Schema }
  /** Nothing is said of what is below here. */
  | { readonly kind: "open" }
  /** `depth` steps lead somewhere, the next one does not. */
  | { readonly kind: "unknown"; readonly depth: number };

export function schemaAt(kind: KindSchema, path: YamlPath): Found {
  let schema = resolve(kind, kind.root);
  for (const [depth, step] of path.entries()) {
    const next = stepInto(schema, step);
    if (next === "open") return { kind: "open" };
    if (!next) return { kind: "unknown", depth };
    schema = resolve(kind, next);
  }
  return { kind: "schema", schema };
}

export function stepInto(schema: Schema, step: string | number): Schema | "open" | undefined {
  if (typeof step === "number") return schema.items ?? (schema.open ? "open" : undefined);
  const known = schema.properties?.[step];
  if (known) return known;
  if (schema.values) return schema.values;
  return schema.open ? "open" : undefined;
}

/** In a word, e.g. "string", "list of objects". */
export function typeWords(kind: KindSchema, schema: Schema): string {
  const { type, items, values } = resolve(kind, schema);
  if (type === "array" && items) return `list of ${plural(resolve(kind, items).type)}`;
  if (values) return `map of ${plural(resolve(kind, values).type)}`;
  return type ?? "any";
}

const plural = (type: string | undefined): string => (type === undefined ? "values" : `${type}s`);
