import {
  badRequest,
  isObject,
  type KubeObject,
  type ObjectMeta,
  StatusError,
} from "../../apimachinery/index.ts";
import type { Resource } from "../registry/resource.ts";

/**
 * The body as an object of the resource, in the request's namespace. What the body leaves out the path fills in; what it
 * contradicts is refused. Follows endpoints/handlers/create.go and rest.EnsureObjectNamespaceMatchesRequestNamespace.
 */
export function inputObject(
  resource: Resource,
  body: unknown,
  target: { namespace: string; name?: string },
): KubeObject {
  if (!isObject(body)) throw badRequest("the body of the request was not a JSON object");
  const { apiVersion, strategy } = resource;
  const given = { apiVersion: body.apiVersion ?? apiVersion, kind: body.kind ?? strategy.kind };
  if (given.apiVersion !== apiVersion || given.kind !== strategy.kind) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${strategy.kind}): ${String(given.kind)} in version ${JSON.stringify(given.apiVersion)} cannot be handled as a ${strategy.kind}`,
    );
  }
  const metadata = checkedMetadata(body.metadata, strategy.kind);
  const namespace = strategy.namespaced ? (metadata.namespace ?? target.namespace) : undefined;
  if (strategy.namespaced && namespace !== target.namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  if (target.name !== undefined && metadata.name !== undefined && metadata.name !== target.name) {
    throw badRequest(
      `the name of the object (${String(metadata.name)}) does not match the name on the URL (${target.name})`,
    );
  }
  return {
    ...body,
    apiVersion,
    kind: strategy.kind,
    metadata: {
      ...metadata,
      ...(target.name === undefined ? {} : { name: target.name }),
      ...(namespace === undefined ? {} : { namespace }),
    },
  };
}

const STRING_FIELDS = ["name", "generateName", "namespace", "uid", "resourceVersion"] as const;

/** Metadata whose fields have the types that everything behind this point relies on. */
function checkedMetadata(value: unknown, kind: string): ObjectMeta {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw malformed(kind, { path: "metadata", value: value, type: "v1.ObjectMeta" });
  for (const field of STRING_FIELDS) {
    const text = value[field];
    if (text !== undefined && text !== null && typeof text !== "string") {
      throw malformed(kind, { path: `metadata.${field}`, value: text, type: "string" });
    }
  }
  for (const field of ["labels", "annotations"] as const) {
    const map = value[field];
    if (map === undefined || map === null) continue;
    if (!isObject(map))
      throw malformed(kind, { path: `metadata.${field}`, value: map, type: "map[string]string" });
    for (const item of Object.values(map)) {
      if (typeof item !== "string")
        throw malformed(kind, { path: `metadata.${field}`, value: item, type: "string" });
    }
  }
  for (const field of ["finalizers", "ownerReferences", "managedFields"] as const) {
    const list = value[field];
    if (list !== undefined && list !== null && !Array.isArray(list)) {
      throw malformed(kind, { path: `metadata.${field}`, value: list, type: "[]" });
    }
  }
  const nulls = Object.keys(value).filter((key) => value[key] === null);
  return nulls.length === 0
    ? value
    : Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
}

/** As Go's decoder says it: `json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string`. */
function malformed(
  kind: string,
  { path, value, type }: { path: string; value: unknown; type: string },
): StatusError {
  const found = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  return badRequest(
    `${kind} in version "v1" cannot be handled as a ${kind}: json: cannot unmarshal ${found} into Go struct field ObjectMeta.${path} of type ${type}`,
  );
}

export function unsupportedMediaType(supported: readonly string[]): StatusError {
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `the body of the request was in an unknown format - accepted media types include: ${supported.join(", ")}`,
    reason: "UnsupportedMediaType",
    code: 415,
  });
}
