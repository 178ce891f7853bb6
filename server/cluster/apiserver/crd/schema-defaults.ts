import { isArray, isObject, type JsonObject, objectOf } from "../../apimachinery/index.ts";

/** The value with the schema's defaults filled in. Parts that need none stay the same object. Follows structural defaulting. */
export function withSchemaDefaults(value: unknown, schema: JsonObject): unknown {
  if (isArray(value)) {
    const items = objectOf(schema.items);
    const next = value.map((item) => withSchemaDefaults(item, items));
    return next.some((item, index) => item !== value[index]) ? next : value;
  }
  if (!isObject(value)) return value;
  let result: Record<string, unknown> | undefined;
  const set = (key: string, item: unknown) => {
    result ??= { ...value };
    result[key] = item;
  };
  for (const [key, property] of Object.entries(objectOf(schema.properties))) {
    const known = objectOf(property);
    const present = value[key];
    // A null where null is not allowed is pruned in favour of the default.
    const missing = present === undefined || (present === null && known.nullable !== true);
    if (missing && known.default !== undefined) set(key, withSchemaDefaults(known.default, known));
    else if (!missing) {
      const next = withSchemaDefaults(present, known);
      if (next !== present) set(key, next);
    }
  }
  if (isObject(schema.additionalProperties)) {
    for (const [key, item] of Object.entries(value)) {
      const next = withSchemaDefaults(item, schema.additionalProperties);
      if (next !== item) set(key, next);
    }
  }
  return result ?? value;
}
