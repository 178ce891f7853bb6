import {
  arrayOf,
  deepEqual,
  type FieldError,
  isObject,
  type JsonObject,
  type KubeObject,
  objectOf,
  SchemaNode,
  stringOf,
  valueAt,
} from "../../apimachinery/index.ts";
import { compileRule, rootSchema, ruleScope } from "./rule-tree.ts";

const REASONS = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

/** What is wrong with the rules in a definition's schemas. Follows apiextensions validation.go ValidateCustomResourceDefinitionOpenAPISchema. */
export function ruleDefinitionErrors(definition: KubeObject): FieldError[] {
  const versions = arrayOf(valueAt(definition, "spec", "versions"));
  const schemas = versions.map((version) => objectOf(valueAt(version, "schema", "openAPIV3Schema")));
  const [first] = schemas;
  // One schema for all versions is named as it was when there was one version only.
  if (first && schemas.every((schema) => deepEqual(schema, first))) {
    return errorsIn(rootSchema(first), { path: "spec.validation.openAPIV3Schema" });
  }
  return schemas.flatMap((schema, index) =>
    errorsIn(rootSchema(schema), { path: `spec.versions[${index}].schema.openAPIV3Schema` }),
  );
}

interface Position {
  readonly path: string;
  /** The list within which an item before and after an update cannot be told to be the same. */
  readonly uncorrelatable?: string | undefined;
}

function errorsIn(schema: JsonObject, { path, uncorrelatable }: Position): FieldError[] {
  const rules = arrayOf(schema["x-kubernetes-validations"]).filter(isObject);
  const node = new SchemaNode(schema);
  const errors = rules.flatMap((rule, index) =>
    ruleErrorsOf(rule, node, { path: `${path}.x-kubernetes-validations[${index}]`, uncorrelatable }),
  );
  for (const [name, property] of Object.entries(objectOf(schema.properties))) {
    if (!isObject(property)) continue;
    errors.push(...errorsIn(property, { path: `${path}.properties[${name}]`, uncorrelatable }));
  }
  const { items, additionalProperties } = schema;
  if (isObject(items)) {
    const within = uncorrelatable ?? (node.listType === "map" ? undefined : path);
    errors.push(...errorsIn(items, { path: `${path}.items`, uncorrelatable: within }));
  }
  if (isObject(additionalProperties)) {
    errors.push(...errorsIn(additionalProperties, { path: `${path}.additionalProperties`, uncorrelatable }));
  }
  return errors;
}

function ruleErrorsOf(rule: JsonObject, node: SchemaNode, { path, uncorrelatable }: Position): FieldError[] {
  const text = stringOf(rule.rule).trim();
  if (!text) return [required(`${path}.rule`, "rule is not specified")];
  const errors: FieldError[] = [];
  const message = stringOf(rule.message);
  const invalid = (field: string, value: unknown, why: string) =>
    errors.push({
      type: "FieldValueInvalid",
      field: `${path}.${field}`,
      message: `Invalid value: ${typeof value === "string" ? JSON.stringify(value) : String(value)}: ${why}`,
    });
  if (message && !message.trim()) invalid("message", message, "must be non-empty if specified");
  else if (message.trim().includes("\n")) invalid("message", message, "must not contain line breaks");
  else if (text.includes("\n") && !message)
    errors.push(required(`${path}.message`, "message must be specified if rule contains line breaks"));
  if (rule.reason !== undefined && !REASONS.includes(stringOf(rule.reason))) {
    const supported = REASONS.map((reason) => JSON.stringify(reason)).join(", ");
    errors.push({
      type: "FieldValueNotSupported",
      field: `${path}.reason`,
      message: `Unsupported value: ${JSON.stringify(rule.reason)}: supported values: ${supported}`,
    });
  }
  const scope = ruleScope(rule, node);
  const compiled = compileRule(rule.rule, scope);
  if (compiled.kind === "refused") {
    invalid("rule", { toString: () => goValue(rule) }, compiled.message);
  } else if (!compiled.expression.variables.has("oldSelf")) {
    if (rule.optionalOldSelf === true)
      invalid("optionalOldSelf", true, "may not be set if oldSelf is not used in rule");
  } else if (uncorrelatable) {
    invalid(
      "rule",
      rule.rule,
      `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`,
    );
  }
  const expression = stringOf(rule.messageExpression);
  const worded = expression ? compileRule(expression, scope) : undefined;
  if (worded?.kind === "refused") {
    invalid("messageExpression", { toString: () => goValue(rule) }, `messageExpression ${worded.message}`);
  }
  return errors;
}

const required = (field: string, detail: string): FieldError => ({
  type: "FieldValueRequired",
  field,
  message: `Required value: ${detail}`,
});

/** The rule as Go's %#v shows the struct. */
function goValue(rule: JsonObject): string {
  const text = (value: unknown) => JSON.stringify(stringOf(value));
  const pointer = (type: string, value: unknown) =>
    value === undefined ? `(*${type})(nil)` : `(*${type})(0xc000000000)`;
  const parts = [
    `Rule:${text(rule.rule)}`,
    `Message:${text(rule.message)}`,
    `MessageExpression:${text(rule.messageExpression)}`,
    `Reason:${pointer("apiextensions.FieldValueErrorReason", rule.reason)}`,
    `FieldPath:${text(rule.fieldPath)}`,
    `OptionalOldSelf:${pointer("bool", rule.optionalOldSelf)}`,
  ];
  return `apiextensions.ValidationRule{${parts.join(", ")}}`;
}
