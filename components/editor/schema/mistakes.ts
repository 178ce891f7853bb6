import { type KindSchema, resolve, type Schema, stepInto, typeWords } from "./schema.ts";
import type { YamlPath } from "./yaml-lines.ts";

export interface Mistake {
  readonly path: YamlPath;
  readonly message: string;
}

const mostMistakes = 50;

const words = (path: YamlPath): string =>
  path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join("");

/** What the schema does not allow: fields it does not know, values of another type, fields that are missing. */
export function mistakesIn(value: unknown, kind: KindSchema): Mistake[] {
  const mistakes: Mistake[] = [];
  judge({ value, schema: kind.root, path: [] }, { kind, mistakes });
  return mistakes;
}

interface Part {
  readonly value: unknown;
  readonly schema: Schema;
  readonly path: YamlPath;
}

interface Judging {
  readonly kind: KindSchema;
  readonly mistakes: Mistake[];
}

function judge({ value, schema: raw, path }: Part, judging: Judging): void {
  const { kind, mistakes } = judging;
  if (mistakes.length >= mostMistakes || value === null || value === undefined) return;
  const schema = resolve(kind, raw);
  if (!fits(value, schema)) {
    mistakes.push({
      path,
      message: `${words(path)}: expected ${typeWords(kind, schema)}, got ${typeOf(value)}`,
    });
    return;
  }
  if (schema.enum && typeof value === "string" && !schema.enum.includes(value)) {
    const known = schema.enum.map((one) => `"${one}"`).join(", ");
    mistakes.push({ path, message: `${words(path)}: "${value}" is none of ${known}` });
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      if (schema.items) judge({ value: item, schema: schema.items, path: [...path, index] }, judging);
    return;
  }
  if (typeof value !== "object") return;
  for (const [name, one] of Object.entries(value)) {
    const next = stepInto(schema, name);
    if (next === "open") continue;
    if (next) judge({ value: one, schema: next, path: [...path, name] }, judging);
    else mistakes.push({ path: [...path, name], message: `unknown field "${words([...path, name])}"` });
  }
  for (const name of schema.required ?? [])
    if (!(name in value)) mistakes.push({ path, message: `${words([...path, name])} is required` });
}

function fits(value: unknown, { type, open }: Schema): boolean {
  if (type === undefined) return true;
  switch (type) {
    case "object":
      return typeof value === "object" && !Array.isArray(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "string":
      // YAML reads an unquoted date as one; a quantity or port may be written as a number where the schema leaves it open.
      return typeof value === "string" || value instanceof Date || open === true;
    default:
      return true;
  }
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  if (value instanceof Date) return "date";
  return typeof value;
}
