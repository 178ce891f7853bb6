import { arrayOf, isObject, type JsonObject, objectOf, stringOf, valueAt } from "../../apimachinery/index.ts";
import { humanDuration, type PrinterColumn, type ResourceStrategy } from "../../apis/index.ts";
import { compileJsonPath, printResults } from "./json-path.ts";
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
    validate: (object) => {
      const { metadata: _metadata, apiVersion: _apiVersion, kind: _kind, ...rest } = object;
      // Metadata has its own rules; a schema may only narrow metadata.name, which is rare.
      const required = arrayOf(schema.required).filter(
        (name) => name !== "metadata" && name !== "apiVersion" && name !== "kind",
      );
      return schemaErrors(rest, { ...schema, required }, "");
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
