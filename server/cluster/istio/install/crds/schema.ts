/** A structural schema (OpenAPI v3 as apiextensions accepts it), and small words to write one with. */
export interface Schema {
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly nullable?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly "x-kubernetes-preserve-unknown-fields"?: true;
  readonly "x-kubernetes-int-or-string"?: true;
  readonly "x-kubernetes-validations"?: readonly { readonly rule: string; readonly message: string }[];
}

export const str: Schema = { type: "string" };
export const bool: Schema = { type: "boolean" };
export const num: Schema = { type: "number", format: "double" };
export const int: Schema = { type: "integer" };
export const duration: Schema = {
  type: "string",
  description: "A length of time such as 10s, 1m30s or 250ms.",
};
/** Whatever the user writes: Envoy configuration, plugin settings. */
export const anything: Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

export const list = (items: Schema, description?: string): Schema => ({
  type: "array",
  items,
  ...(description ? { description } : {}),
});

export const map = (values: Schema): Schema => ({ type: "object", additionalProperties: values });

export const oneOf = (...values: readonly string[]): Schema => ({ type: "string", enum: values });

export const say = (schema: Schema, description: string): Schema => ({ ...schema, description });

export function object(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): Schema {
  return { type: "object", properties, ...(required.length > 0 ? { required } : {}) };
}

export const strings = list(str);
export const stringMap = map(str);

/** exact, prefix or regex. */
export const stringMatch = object({ exact: str, prefix: str, regex: str });

export const portSelector = object({ number: int });

export const workloadSelector = object({ matchLabels: stringMap });
/** The networking API names the same thing `labels`. */
export const networkSelector = object({ labels: stringMap });

export const targetReference = object({ group: str, kind: str, name: str, namespace: str });
