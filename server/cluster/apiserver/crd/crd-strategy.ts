import {
  arrayOf,
  type FieldError,
  isObject,
  type JsonObject,
  type KubeObject,
  objectOf,
  stringOf,
  valueAt,
} from "../../apimachinery/index.ts";
import { createdAtColumn, nameColumn, type ResourceStrategy } from "../../apis/index.ts";

/** The kind CustomResourceDefinition itself. Names are accepted and the definition is established in the same write. */
export const crdStrategy: ResourceStrategy = {
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  singular: "customresourcedefinition",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  namespaced: false,
  subresources: { status: true },
  defaults: (crd) => ({ ...crd, spec: withSpecDefaults(objectOf(crd.spec)) }),
  prepareForCreate: (crd, { now }) => ({ ...crd, status: statusOf(crd, now, []) }),
  prepareForUpdate: (crd, old, { now }) => {
    const stored = arrayOf(valueAt(old, "status", "storedVersions")).map(stringOf);
    return { ...crd, status: statusOf(crd, transitionTime(old) || now, stored) };
  },
  validate: validateDefinition,
  printerColumns: [nameColumn, createdAtColumn],
};

function transitionTime(crd: KubeObject): string {
  return stringOf(valueAt(arrayOf(valueAt(crd, "status", "conditions"))[0], "lastTransitionTime"));
}

function withSpecDefaults(spec: JsonObject): JsonObject {
  const names = objectOf(spec.names);
  const kind = stringOf(names.kind);
  return {
    ...spec,
    names: {
      ...names,
      singular: stringOf(names.singular) || kind.toLowerCase(),
      listKind: stringOf(names.listKind) || `${kind}List`,
    },
    conversion: spec.conversion ?? { strategy: "None" },
  };
}

function statusOf(crd: KubeObject, at: string, stored: readonly string[]): JsonObject {
  const versions = arrayOf(valueAt(crd, "spec", "versions")).filter(isObject);
  const storage = stringOf(versions.find((version) => version.storage === true)?.name);
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: "True",
    lastTransitionTime: at,
    reason,
    message,
  });
  return {
    conditions: [
      condition("NamesAccepted", "NoConflicts", "no conflicts found"),
      condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ],
    acceptedNames: objectOf(valueAt(crd, "spec", "names")),
    storedVersions: [...new Set([...stored, storage])].filter((name) => name !== ""),
  };
}

function required(field: string, detail = ""): FieldError {
  return { type: "FieldValueRequired", field, message: `Required value${detail}` };
}

function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: "FieldValueInvalid", field, message: `Invalid value: ${JSON.stringify(value)}: ${detail}` };
}

function validateDefinition(crd: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const spec = objectOf(crd.spec);
  const names = objectOf(spec.names);
  const plural = stringOf(names.plural);
  const group = stringOf(spec.group);
  if (crd.metadata.name !== `${plural}.${group}`) {
    errors.push(invalid("metadata.name", crd.metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  if (!group) errors.push(required("spec.group"));
  if (!plural) errors.push(required("spec.names.plural"));
  if (!stringOf(names.kind)) errors.push(required("spec.names.kind"));
  if (spec.scope !== "Namespaced" && spec.scope !== "Cluster") {
    const message = `Unsupported value: ${JSON.stringify(spec.scope ?? "")}: supported values: "Cluster", "Namespaced"`;
    errors.push({ type: "FieldValueNotSupported", field: "spec.scope", message });
  }
  const versions = arrayOf(spec.versions).filter(isObject);
  if (versions.filter((version) => version.storage === true).length !== 1) {
    errors.push(
      invalid(
        "spec.versions",
        versions.map((version) => version.name),
        "must have exactly one version marked as storage version",
      ),
    );
  }
  for (const [index, version] of versions.entries()) {
    if (!isObject(valueAt(version, "schema", "openAPIV3Schema"))) {
      errors.push(required(`spec.versions[${index}].schema.openAPIV3Schema`, ": schemas are required"));
    }
  }
  if (valueAt(spec, "conversion", "strategy") === "Webhook" && versions.length > 1) {
    errors.push(
      invalid(
        "spec.conversion.strategy",
        "Webhook",
        "conversion webhooks are not supported by the practice cluster",
      ),
    );
  }
  return errors;
}
