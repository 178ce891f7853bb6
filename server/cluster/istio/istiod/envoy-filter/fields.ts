import type { Fields } from "../model/extensions.ts";

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function child(fields: Fields | undefined, name: string): Fields | undefined {
  const value = fields?.[name];
  return isFields(value) ? value : undefined;
}

export function items(fields: Fields | undefined, name: string): readonly Fields[] {
  const value = fields?.[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

export const text = (fields: Fields | undefined, name: string): string => {
  const value = fields?.[name];
  return typeof value === "string" ? value : "";
};

export const number = (fields: Fields | undefined, name: string): number => {
  const value = fields?.[name];
  return typeof value === "number" ? value : 0;
};

/** Keys below these are the author's or a plugin's own. */
const OWN_KEYS = new Set(["filterMetadata", "jsonFormat", "value", "labels", "fields"]);

/** Envoy's snake_case as this proxy's camelCase. Names with dots or capitals (filters, options, headers) stay. */
export function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (!isFields(value)) return value;
  const inside = isTypedStruct(value) ? unwrapped(value) : undefined;
  if (inside) return camelCased(inside);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const name = /^[a-z0-9]+(_[a-z0-9]+)+$/.test(key)
        ? key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
        : key;
      const own = OWN_KEYS.has(name) && !(name === "value" && !isTypedStruct(value));
      return [name, own ? inner : camelCased(inner)];
    }),
  );
}

/** A TypedStruct of a type that Envoy itself knows stands for that type. */
function unwrapped(fields: Fields): Fields | undefined {
  const type = text(fields, "type_url") || text(fields, "typeUrl");
  return type.includes("/envoy.") ? { "@type": type, ...child(fields, "value") } : undefined;
}

const isTypedStruct = (fields: Fields): boolean => text(fields, "@type").endsWith("v1.TypedStruct");

/** As protobuf merges: what is set replaces, messages are joined, lists are put one behind the other. */
function merged(into: unknown, from: unknown): unknown {
  if (Array.isArray(into) && Array.isArray(from)) return [...into, ...from];
  if (!isFields(into) || !isFields(from)) return from;
  const [own, other] = [text(into, "@type"), text(from, "@type")];
  // A configuration of another type takes the place of the old one.
  if (own !== "" && other !== "" && own !== other) return from;
  const result: Record<string, unknown> = { ...into };
  for (const [key, value] of Object.entries(from))
    result[key] = result[key] === undefined ? value : merged(result[key], value);
  return result;
}

export function mergedFields(into: Fields, from: Fields): Fields {
  const result = merged(into, from);
  return isFields(result) ? result : from;
}

export const treesOf = (resources: readonly object[]): readonly Fields[] => resources.filter(isFields);

/**
 * The edge back from trees to resources. A patch may write anything: validation lets known filter types through, the
 * proxy refuses (NACK) what it cannot read.
 */
export function resourcesOf<T extends object>(trees: readonly Fields[]): readonly T[] {
  const resources: readonly unknown[] = trees;
  return resources as readonly T[];
}

export function insertedAt<T>(list: readonly T[], index: number, value: T): readonly T[] {
  return [...list.slice(0, index), value, ...list.slice(index)];
}
