import {
  arrayOf,
  type FieldError,
  isObject,
  type JsonObject,
  objectOf,
  stringOf,
  valueAt,
} from "../../apimachinery/index.ts";
import { humanDuration, type PrinterColumn, type ResourceStrategy } from "../../apis/index.ts";
import { compileJsonPath, printResults } from "./json-path.ts";
import { ruleErrors } from "./rule-errors.ts";
import { type RuleTree, rootSchema, ruleTree } from "./rule-tree.ts";
import { withSchemaDefaults } from "./schema-defaults.ts";
import { schemaErrors } from "./schema-validation.ts";

/** The parts of a CustomResourceDefinition's spec that serve a version. */
export interface CustomVersion {
  readonly group: string;
  readonly names: JsonObject;
  readonly namespaced: boolean;
  readonly version: JsonObject;
}

/** A strategy like a built-in one, from one version of a CustomResourceDefinition. */
export function customStrategy({ group, names, namespaced, version }: CustomVersion): ResourceStrategy {
  const schema = objectOf(valueAt(version, "schema", "openAPIV3Schema"));
  const subresources = objectOf(version.subresources);
  const scale = isObject(subresources.scale) ? subresources.scale : undefined;
  const selectorPath = stringOf(scale?.labelSelectorPath);
  const kind = stringOf(names.kind);
  // Compiled when the first object comes: many definitions are installed and never used.
  let compiled: { readonly tree: RuleTree | undefined } | undefined;
  return {
    group,
    version: stringOf(version.name),
    kind,
    plural: stringOf(names.plural),
    singular: stringOf(names.singular) || kind.toLowerCase(),
    shortNames: arrayOf(names.shortNames).map(stringOf),
    categories: arrayOf(names.categories).map(stringOf),
    namespaced,
    subresources: {
      status: isObject(subresources.status),
      ...(scale
        ? {
            scale: {
              specReplicasPath: stringOf(scale.specReplicasPath),
              statusReplicasPath: stringOf(scale.statusReplicasPath),
              ...(selectorPath ? { labelSelectorPath: selectorPath } : {}),
            },
          }
        : {}),
    },
    defaults: (object) => {
      const defaulted = withSchemaDefaults(object, schema);
      return defaulted === object ? object : { ...object, ...objectOf(defaulted) };
    },
    // With a status subresource, a status sent along with the object is ignored.
    prepareForCreate: (object) => {
      if (!isObject(subresources.status) || object.status === undefined) return object;
      const { status: _ignored, ...rest } = object;
      return { ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata };
    },
    validate: (object, old) => {
      const { metadata: _metadata, apiVersion: _apiVersion, kind: _kind, ...rest } = object;
      // Metadata has its own rules; a schema may only narrow metadata.name, which is rare.
      const required = arrayOf(schema.required).filter(
        (name) => name !== "metadata" && name !== "apiVersion" && name !== "kind",
      );
      const errors = schemaErrors(rest, { ...schema, required }, "");
      compiled ??= { tree: ruleTree(rootSchema(schema)) };
      if (!compiled.tree) return errors;
      if (errors.some(blocksRules)) return [...errors, NOT_CHECKED];
      return [...errors, ...ruleErrors(compiled.tree, object, old)];
    },
    printerColumns: columnsOf(version),
    selectableFields: (object) =>
      Object.fromEntries(
        arrayOf(version.selectableFields).map((field) => {
          const path = stringOf(valueAt(field, "jsonPath"));
          return [path.replace(/^\./, ""), printResults(compileJsonPath(path)(object))];
        }),
      ),
  };
}

/** Follows customresource/strategy.go hasBlockingErr. */
function blocksRules({ type, message }: FieldError): boolean {
  if (type !== "FieldValueInvalid") return type !== "FieldValueDuplicate" && type !== "FieldValueForbidden";
  return / in body must be of type /.test(message);
}

const NOT_CHECKED: FieldError = {
  type: "FieldValueInvalid",
  field: "<nil>",
  message:
    "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
};

const NAME: PrinterColumn = {
  name: "Name",
  type: "string",
  format: "name",
  description: "",
  priority: 0,
  cell: (object) => object.metadata.name ?? "",
};

const AGE_PATH = ".metadata.creationTimestamp";

function columnsOf(version: JsonObject): PrinterColumn[] {
  const columns = arrayOf(version.additionalPrinterColumns).filter(isObject);
  const age = { name: "Age", type: "date", jsonPath: AGE_PATH, description: "" };
  return [NAME, ...(columns.length > 0 ? columns : [age]).map(columnOf)];
}

function columnOf(column: JsonObject): PrinterColumn {
  const find = compileJsonPath(stringOf(column.jsonPath));
  const type = columnType(column.type);
  const format = stringOf(column.format);
  return {
    name: stringOf(column.name),
    type,
    ...(format ? { format } : {}),
    description: stringOf(column.description),
    priority: typeof column.priority === "number" ? column.priority : 0,
    cell: (object, now) => {
      const results = find(object);
      if (results.length === 0) return null;
      if (type === "string") return printResults(results);
      return typedCell(type, results[0], now);
    },
  };
}

function columnType(type: unknown): PrinterColumn["type"] {
  return type === "integer" || type === "boolean" || type === "date" || type === "number" ? type : "string";
}

function typedCell(
  type: PrinterColumn["type"],
  value: unknown,
  now: number,
): string | number | boolean | null {
  if (type === "date") {
    const time = Date.parse(stringOf(value));
    return Number.isNaN(time) ? "<invalid>" : humanDuration(now - time);
  }
  if (type === "boolean") return typeof value === "boolean" ? value : null;
  return typeof value === "number" ? value : null;
}
