import type { KubeObject } from "../apimachinery/index.ts";

/** Names a kind to the client; `T` is the shape of its objects. */
export interface ResourceType<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never set: only carries the type. */
  readonly objectType?: T;
}

export interface ObjectRef {
  readonly namespace?: string;
  readonly name: string;
}

/** `namespace/name`, or `name` for what has no namespace: the key of queues and indexers. */
export function keyOf(object: { readonly metadata: Partial<ObjectRef> }): string {
  const { namespace, name = "" } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

export function refOf(key: string): ObjectRef {
  const slash = key.indexOf("/");
  return slash === -1 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

export function apiVersionOf({ group, version }: { group: string; version: string }): string {
  return group ? `${group}/${version}` : version;
}

export interface PathParts {
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** `/api/v1/namespaces/default/pods/web/log` and the like. */
export function resourcePath(type: ResourceType, { namespace, name, subresource }: PathParts): string {
  const root = type.group ? `/apis/${type.group}/${type.version}` : `/api/${type.version}`;
  const parts = [root];
  if (type.namespaced && namespace) parts.push("namespaces", namespace);
  parts.push(type.plural);
  if (name) parts.push(name);
  if (subresource) parts.push(subresource);
  return parts.join("/");
}
