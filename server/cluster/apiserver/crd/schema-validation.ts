import {
  arrayOf,
  deepEqual,
  type FieldError,
  isArray,
  isObject,
  type JsonObject,
  objectOf,
  stringOf,
} from "../../apimachinery/index.ts";

type ErrorType = FieldError["type"];

/** Judges a value by an OpenAPI v3 schema, with the messages of kube-openapi's validator. Its rules in CEL: rule-errors.ts. */
export function schemaErrors(value: unknown, schema: JsonObject, path: string): FieldError[] {
  if (value === undefined) return [];
  if (value === null) {
    return schema.nullable === true || schema.type === undefined
      ? []
      : [wrongType(path, value, String(schema.type))];
  }
  const errors: FieldError[] = [];
  const intOrString = schema["x-kubernetes-int-or-string"] === true;
  if (intOrString) {
    if (typeof value !== "string" && !Number.isInteger(value))
      errors.push(wrongType(path, value, "integer,string"));
  } else if (typeof schema.type === "string" && !hasType(value, schema.type)) {
    return [wrongType(path, value, schema.type)];
  }
  errors.push(...enumErrors(value, schema, path));
  if (typeof value === "string") errors.push(...stringErrors(value, schema, path));
  if (typeof value === "number") errors.push(...numberErrors(value, schema, path));
  if (isArray(value)) errors.push(...arrayErrors(value, schema, path));
  if (isObject(value)) errors.push(...objectErrors(value, schema, path));
  errors.push(...combinationErrors(value, schema, path));
  return errors;
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case "integer":
      return typeof value === "number" && Number.isInteger(value);
    case "array":
      return isArray(value);
    case "object":
      return isObject(value);
    default:
      return typeof value === type;
  }
}

function found(value: unknown): string {
  if (value === null) return "null";
  if (isArray(value)) return "array";
  return typeof value === "number" && Number.isInteger(value) ? "integer" : typeof value;
}

function wrongType(path: string, value: unknown, type: string): FieldError {
  const text = JSON.stringify(found(value));
  return fail(
    "FieldValueInvalid",
    path,
    `Invalid value: ${text}: ${path} in body must be of type ${type}: ${text}`,
  );
}

function fail(type: ErrorType, field: string, message: string): FieldError {
  return { type, field, message };
}

const rejected = (path: string, value: unknown, rule: string) =>
  fail("FieldValueInvalid", path, `Invalid value: ${JSON.stringify(value)}: ${path} in body ${rule}`);

function enumErrors(value: unknown, schema: JsonObject, path: string): FieldError[] {
  if (!isArray(schema.enum) || schema.enum.some((allowed) => deepEqual(allowed, value))) return [];
  const allowed = schema.enum.map((item) => JSON.stringify(item)).join(", ");
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed}`;
  return [fail("FieldValueNotSupported", path, message)];
}

const patterns = new Map<string, RegExp | undefined>();

/** Go's RE2 and JavaScript agree on what schemas use; a pattern that JavaScript cannot read is not enforced. */
function compiled(pattern: string): RegExp | undefined {
  if (!patterns.has(pattern)) {
    try {
      patterns.set(pattern, new RegExp(pattern, "u"));
    } catch {
      patterns.set(pattern, undefined);
    }
  }
  return patterns.get(pattern);
}

function stringErrors(value: string, schema: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { minLength, maxLength, pattern } = schema;
  const length = [...value].length;
  if (typeof maxLength === "number" && length > maxLength) {
    errors.push(fail("FieldValueTooLong", path, `Too long: may not be more than ${maxLength} bytes`));
  }
  if (typeof minLength === "number" && length < minLength) {
    errors.push(rejected(path, value, `should be at least ${minLength} chars long`));
  }
  if (typeof pattern === "string" && compiled(pattern)?.test(value) === false) {
    errors.push(rejected(path, value, `should match '${pattern}'`));
  }
  return errors;
}

function numberErrors(value: number, schema: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { minimum, maximum, multipleOf } = schema;
  if (typeof minimum === "number") {
    const exclusive = schema.exclusiveMinimum === true;
    if (exclusive ? value <= minimum : value < minimum) {
      errors.push(
        rejected(path, value, `should be greater than ${exclusive ? "" : "or equal to "}${minimum}`),
      );
    }
  }
  if (typeof maximum === "number") {
    const exclusive = schema.exclusiveMaximum === true;
    if (exclusive ? value >= maximum : value > maximum) {
      errors.push(rejected(path, value, `should be less than ${exclusive ? "" : "or equal to "}${maximum}`));
    }
  }
  if (typeof multipleOf === "number" && value % multipleOf !== 0) {
    errors.push(rejected(path, value, `should be a multiple of ${multipleOf}`));
  }
  return errors;
}

function arrayErrors(value: readonly unknown[], schema: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { minItems, maxItems } = schema;
  if (typeof minItems === "number" && value.length < minItems) {
    errors.push(rejected(path, value.length, `should have at least ${minItems} items`));
  }
  if (typeof maxItems === "number" && value.length > maxItems) {
    errors.push(
      fail("FieldValueTooMany", path, `Too many: ${value.length}: must have at most ${maxItems} items`),
    );
  }
  const keys =
    schema["x-kubernetes-list-type"] === "map"
      ? arrayOf(schema["x-kubernetes-list-map-keys"]).map(stringOf)
      : [];
  const isSet = schema["x-kubernetes-list-type"] === "set";
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    if (isObject(schema.items)) errors.push(...schemaErrors(item, schema.items, `${path}[${index}]`));
    if (keys.length === 0 && !isSet) continue;
    const id = isSet ? item : Object.fromEntries(keys.map((key) => [key, objectOf(item)[key]]));
    const text = JSON.stringify(id);
    if (seen.has(text))
      errors.push(fail("FieldValueDuplicate", `${path}[${index}]`, `Duplicate value: ${text}`));
    seen.add(text);
  }
  return errors;
}

function objectErrors(value: JsonObject, schema: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const properties = objectOf(schema.properties);
  const below = (key: string) => (path ? `${path}.${key}` : key);
  for (const name of arrayOf(schema.required)) {
    const key = stringOf(name);
    if (value[key] === undefined) errors.push(fail("FieldValueRequired", below(key), "Required value"));
  }
  for (const [key, item] of Object.entries(value)) {
    const own = Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
    if (isObject(own)) errors.push(...schemaErrors(item, own, below(key)));
  }
  const { maxProperties, minProperties } = schema;
  const count = Object.keys(value).length;
  if (typeof maxProperties === "number" && count > maxProperties) {
    errors.push(
      fail("FieldValueTooMany", path, `Too many: ${count}: must have at most ${maxProperties} items`),
    );
  }
  if (typeof minProperties === "number" && count < minProperties) {
    errors.push(rejected(path, count, `should have at least ${minProperties} properties`));
  }
  return errors;
}

function combinationErrors(value: unknown, schema: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const fits = (part: unknown) => schemaErrors(value, objectOf(part), path).length === 0;
  // Upstream loses the path here and prints <nil>; the name stands in the text.
  const combined = (rule: string) =>
    fail("FieldValueInvalid", "<nil>", `Invalid value: "": ${JSON.stringify(path)} ${rule}`);
  for (const part of arrayOf(schema.allOf)) errors.push(...schemaErrors(value, objectOf(part), path));
  if (isArray(schema.anyOf) && !schema.anyOf.some(fits)) {
    errors.push(combined("must validate at least one schema (anyOf)"));
  }
  if (isArray(schema.oneOf)) {
    const matching = schema.oneOf.filter(fits).length;
    const text = matching === 0 ? "Found none valid" : `Found ${matching} valid alternatives`;
    if (matching !== 1) errors.push(combined(`must validate one and only one schema (oneOf). ${text}`));
  }
  if (isObject(schema.not) && fits(schema.not)) errors.push(combined("must not validate the schema (not)"));
  return errors;
}
