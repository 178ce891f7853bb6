import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from "./json.ts";

export type ResolveReference = (name: string) => JsonObject | undefined;

const REFERENCE = "#/components/schemas/";

/** One place in an OpenAPI schema, walked field by field. Remembers its children, because writes walk it again and again. */
export class SchemaNode {
  readonly schema: JsonObject;
  /** The name of the type that a reference led to, e.g. `DeploymentSpec`; "" for an inline schema. */
  readonly typeName: string;
  private readonly fields = new Map<string, SchemaNode | undefined>();
  private element: SchemaNode | undefined;

  constructor(
    schema: JsonObject,
    private readonly resolve: ResolveReference = () => undefined,
  ) {
    this.schema = resolved(schema, resolve);
    this.typeName = referenceOf(schema).split(".").at(-1) ?? "";
  }

  /** The schema of a key: a property, or what a map holds. Undefined when the key is unknown. */
  field(name: string): SchemaNode | undefined {
    if (this.fields.has(name)) return this.fields.get(name);
    const properties = objectOf(this.schema.properties);
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const found = isObject(own) ? own : this.isMap ? objectOf(this.schema.additionalProperties) : undefined;
    const node = found && new SchemaNode(found, this.resolve);
    // Keys of maps are data without end; only properties are remembered.
    if (isObject(own)) this.fields.set(name, node);
    return node;
  }

  /** The schema of a list's elements. */
  get items(): SchemaNode | undefined {
    if (!this.element && isObject(this.schema.items)) {
      this.element = new SchemaNode(this.schema.items, this.resolve);
    }
    return this.element;
  }

  get isMap(): boolean {
    return isObject(this.schema.additionalProperties);
  }

  /** True when keys that the schema does not name are allowed. */
  get isOpen(): boolean {
    return (
      this.schema["x-kubernetes-preserve-unknown-fields"] === true ||
      this.schema.additionalProperties === true
    );
  }

  get propertyNames(): string[] {
    return Object.keys(objectOf(this.schema.properties));
  }

  get listType(): string {
    return stringOf(this.schema["x-kubernetes-list-type"]) || "atomic";
  }

  get listMapKeys(): string[] {
    return arrayOf(this.schema["x-kubernetes-list-map-keys"]).map(stringOf);
  }

  get isAtomicMap(): boolean {
    return this.schema["x-kubernetes-map-type"] === "atomic";
  }

  get patchMergeKey(): string | undefined {
    return stringOf(this.schema["x-kubernetes-patch-merge-key"]) || undefined;
  }

  get patchStrategies(): string[] {
    return stringOf(this.schema["x-kubernetes-patch-strategy"]).split(",");
  }

  defaultOf(name: string): unknown {
    return objectOf(objectOf(this.schema.properties)[name]).default;
  }
}

/** The component that a schema refers to, by `$ref` alone or inside an allOf of one; "" when it does not. */
function referenceOf(schema: JsonObject): string {
  const [only, second] = arrayOf(schema.allOf);
  const reference = stringOf(schema.$ref) || (second === undefined && stringOf(objectOf(only).$ref)) || "";
  return reference.startsWith(REFERENCE) ? reference.slice(REFERENCE.length) : "";
}

/** Follows a reference; what stands beside it wins. */
function resolved(schema: JsonObject, resolve: ResolveReference): JsonObject {
  const reference = referenceOf(schema);
  if (!reference) return schema;
  const { allOf: _allOf, $ref: _ref, ...own } = schema;
  return { ...resolve(reference), ...own };
}
