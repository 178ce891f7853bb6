import { z } from "zod";
import { limits } from "./limits.ts";

/** A schema as a page needs it: what may stand where, and what it means. */
export interface CompactSchema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, CompactSchema>>;
  readonly required?: readonly string[];
  readonly items?: CompactSchema;
  /** Of a map's values. */
  readonly values?: CompactSchema;
  /** Anything may stand here. */
  readonly open?: true;
  /** In the list of definitions. */
  readonly ref?: string;
}

export interface CompactDocument {
  readonly root: CompactSchema;
  readonly definitions: Readonly<Record<string, CompactSchema>>;
}

const groupVersionKind = z.looseObject({ group: z.string(), version: z.string(), kind: z.string() });
const rawSchema = z.looseObject({
  $ref: z.string().optional(),
  allOf: z.array(z.unknown()).optional(),
  type: z.string().optional(),
  format: z.string().optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  "x-kubernetes-preserve-unknown-fields": z.boolean().optional(),
  "x-kubernetes-int-or-string": z.boolean().optional(),
  "x-kubernetes-group-version-kind": z.array(groupVersionKind).optional(),
});
const openapi = z.looseObject({
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()).default({}) }),
});

export interface Wanted {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The schema of one kind with all that it refers to; undefined: the document does not have it. */
export function compactSchema(document: unknown, wanted: Wanted): CompactDocument | undefined {
  const parsed = openapi.safeParse(document);
  if (!parsed.success) return undefined;
  const { schemas } = parsed.data.components;
  const found = Object.entries(schemas).find(([, schema]) =>
    rawSchema
      .safeParse(schema)
      .data?.["x-kubernetes-group-version-kind"]?.some(
        (one) => one.group === wanted.group && one.version === wanted.version && one.kind === wanted.kind,
      ),
  );
  if (!found) return undefined;
  const definitions: Record<string, CompactSchema> = {};
  const waiting: string[] = [];
  const refer = (ref: string) => {
    const name = ref.slice(ref.lastIndexOf("/") + 1);
    if (!(name in definitions) && !waiting.includes(name)) waiting.push(name);
    return name;
  };
  const root = compact(found[1], refer, 0);
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (Object.keys(definitions).length >= limits.definitions) break;
    definitions[name] = {};
    definitions[name] = compact(schemas[name], refer, 0);
  }
  return { root, definitions };
}

type Refer = (ref: string) => string;

function compact(schema: unknown, refer: Refer, depth: number): CompactSchema {
  const raw = rawSchema.safeParse(schema).data;
  if (!raw || depth > limits.depth) return { open: true };
  const description = raw.description && { description: raw.description.slice(0, limits.description) };
  // Kubernetes writes a reference with a description of its own as allOf with one member.
  const only = raw.allOf?.length === 1 ? rawSchema.safeParse(raw.allOf[0]).data?.$ref : undefined;
  const ref = raw.$ref ?? only;
  if (ref !== undefined) return { ...description, ref: refer(ref) };
  const free =
    raw["x-kubernetes-preserve-unknown-fields"] ||
    raw["x-kubernetes-int-or-string"] ||
    raw.format === "int-or-string";
  const texts = (raw.enum ?? []).filter((one) => typeof one === "string");
  const values = typeof raw.additionalProperties === "object" ? raw.additionalProperties : undefined;
  const properties = Object.entries(raw.properties ?? {});
  const shapeless = raw.type === "object" && properties.length === 0 && !values;
  return {
    ...description,
    ...(raw.type !== undefined && !raw["x-kubernetes-int-or-string"] && { type: raw.type }),
    ...(free || shapeless || (raw.type === undefined && properties.length === 0)
      ? { open: true as const }
      : {}),
    ...(texts.length > 0 && { enum: texts }),
    ...(properties.length > 0 && {
      properties: Object.fromEntries(properties.map(([name, one]) => [name, compact(one, refer, depth + 1)])),
    }),
    ...(raw.required && raw.required.length > 0 && { required: raw.required }),
    ...(raw.items !== undefined && { items: compact(raw.items, refer, depth + 1) }),
    ...(values && { values: compact(values, refer, depth + 1) }),
  };
}
