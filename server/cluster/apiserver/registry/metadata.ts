import {
  conflict,
  type FieldError,
  type KubeObject,
  labelNameErrors,
  labelValueErrors,
  type ObjectMeta,
  pathSegmentErrors,
  qualifiedNameErrors,
  subdomainErrors,
} from "../../apimachinery/index.ts";
import { ANNOTATION_BYTES } from "../limits.ts";
import { named, type Resource } from "./resource.ts";

// Kinds whose names are DNS labels, and kinds whose names need only be a path segment (upstream's NameFuncs).
const LABEL_NAMED = new Set(["namespaces", "services"]);
const SEGMENT_NAMED = new Set(["roles", "rolebindings", "clusterroles", "clusterrolebindings"]);

/** Problems with an object's metadata. Follows apimachinery api/validation ValidateObjectMeta. */
export function metadataErrors({ strategy }: Resource, metadata: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  const name = metadata.name ?? "";
  if (name === "") {
    errors.push({
      type: "FieldValueRequired",
      field: "metadata.name",
      message: "Required value: name or generateName is required",
    });
  } else {
    const check = SEGMENT_NAMED.has(strategy.plural)
      ? pathSegmentErrors
      : LABEL_NAMED.has(strategy.plural)
        ? labelNameErrors
        : subdomainErrors;
    for (const text of check(name)) errors.push(invalidValue("metadata.name", name, text));
  }
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    for (const text of qualifiedNameErrors(key)) errors.push(invalidValue("metadata.labels", key, text));
    for (const text of labelValueErrors(value)) errors.push(invalidValue("metadata.labels", value, text));
  }
  let size = 0;
  for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
    size += key.length + value.length;
    for (const text of qualifiedNameErrors(key.toLowerCase())) {
      errors.push(invalidValue("metadata.annotations", key, text));
    }
  }
  if (size > ANNOTATION_BYTES) {
    const message = `Too long: may not be more than ${ANNOTATION_BYTES} bytes`;
    errors.push({ type: "FieldValueTooLong", field: "metadata.annotations", message });
  }
  for (const finalizer of metadata.finalizers ?? []) {
    for (const text of qualifiedNameErrors(finalizer)) {
      errors.push(invalidValue("metadata.finalizers", finalizer, text));
    }
  }
  return errors;
}

function invalidValue(field: string, value: string, text: string): FieldError {
  return { type: "FieldValueInvalid", field, message: `Invalid value: ${JSON.stringify(value)}: ${text}` };
}

/**
 * The new object with what only the server may set taken over from the old one. Throws Conflict when the client means
 * another object. Follows registry/rest/update.go BeforeUpdate.
 */
export function keepServerMetadata(resource: Resource, object: KubeObject, old: KubeObject): KubeObject {
  const { uid } = object.metadata;
  if (uid && uid !== old.metadata.uid) {
    throw conflict(
      named(resource),
      old.metadata.name ?? "",
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
    );
  }
  const metadata: Record<string, unknown> = { ...object.metadata };
  for (const field of [
    "name",
    "generateName",
    "namespace",
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "resourceVersion",
  ] as const) {
    if (old.metadata[field] === undefined) delete metadata[field];
    else metadata[field] = old.metadata[field];
  }
  delete metadata.selfLink;
  return { ...object, apiVersion: old.apiVersion, kind: old.kind, metadata };
}

/** Kinds of the core group whose generation the server counts; in other groups every kind with a spec has one. */
const CORE_WITH_GENERATION = new Set(["pods", "replicationcontrollers", "podtemplates"]);

const WITHOUT_GENERATION = new Set(["coordination.k8s.io", "certificates.k8s.io"]);

export function countsGeneration({ strategy, custom }: Resource, object: KubeObject): boolean {
  if (custom) return true;
  if (strategy.group === "") return CORE_WITH_GENERATION.has(strategy.plural);
  if (strategy.group === "admissionregistration.k8s.io") return true;
  if (strategy.plural === "horizontalpodautoscalers" || WITHOUT_GENERATION.has(strategy.group)) return false;
  return object.spec !== undefined;
}
