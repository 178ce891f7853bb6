import type { JsonObject, KubeObject, ObjectMeta } from "../../apimachinery/index.ts";
import type { ResourceStrategy } from "../../apis/strategy.ts";

/** One served resource in one version: a built-in strategy, or one made from a CustomResourceDefinition. */
export interface Resource {
  readonly strategy: ResourceStrategy;
  readonly apiVersion: string;
  /** The version that objects are kept in; a request in another version sees `apiVersion` rewritten (conversion None). */
  readonly storageApiVersion: string;
  readonly custom: boolean;
  /** The OpenAPI schema of the kind, when there is one. */
  schema(): JsonObject | undefined;
}

export interface ObjectReference {
  readonly namespace: string;
  readonly name: string;
}

export function apiVersionOf(group: string, version: string): string {
  return group ? `${group}/${version}` : version;
}

/** All keys of a resource, or of one namespace in it, start with this. */
export function keyPrefix({ strategy }: Resource, namespace = ""): string {
  const prefix = `/${strategy.group || "core"}/${strategy.plural}/`;
  return namespace && strategy.namespaced ? `${prefix}${namespace}/` : prefix;
}

export function keyOf(resource: Resource, { namespace, name }: ObjectReference): string {
  return `${keyPrefix(resource, namespace)}${name}`;
}

/** The resource as Status errors name it. */
export function named({ strategy }: Resource): { group: string; version: string; resource: string } {
  return { group: strategy.group, version: strategy.version, resource: strategy.plural };
}

export function withMetadata<T extends KubeObject>(object: T, changes: Partial<ObjectMeta>): T {
  return { ...object, metadata: { ...object.metadata, ...changes } };
}

const converted = new WeakMap<KubeObject, Map<string, KubeObject>>();

/** The object as a version shows it. The same frozen object gives the same result, so that caches by identity work. */
export function inVersion(object: KubeObject, apiVersion: string): KubeObject {
  if (object.apiVersion === apiVersion) return object;
  const known = converted.get(object) ?? new Map<string, KubeObject>();
  converted.set(object, known);
  const copy = known.get(apiVersion) ?? Object.freeze({ ...object, apiVersion });
  known.set(apiVersion, copy);
  return copy;
}
