import { type KubeObject, methodNotSupported, notFound } from "../../apimachinery/index.ts";
import { listOptions, selected } from "../registry/list-options.ts";
import { named, type Resource } from "../registry/resource.ts";
import type { ApiCall, ApiReply } from "./call.ts";

interface ReadRequest {
  readonly call: ApiCall;
  readonly info: { readonly namespace: string; readonly name: string };
  readonly resource: Resource;
}

/** get and list of a kind whose objects are worked out at each request; they have no versions and no watch. */
export function readComputed(
  { call, info, resource }: ReadRequest,
  objects: readonly KubeObject[],
): ApiReply {
  if (call.query.watch === "true" || call.query.watch === "1")
    throw methodNotSupported(named(resource), "watch");
  const inNamespace = objects.filter(
    ({ metadata }) => !info.namespace || (metadata.namespace ?? "") === info.namespace,
  );
  if (info.name) {
    const object = inNamespace.find(({ metadata }) => metadata.name === info.name);
    if (!object) throw notFound(named(resource), info.name);
    return { kind: "object", code: 200, object, resource };
  }
  const options = listOptions(call.query, info.namespace);
  const items = inNamespace.filter((object) => selected(resource, options, object));
  const { apiVersion, strategy } = resource;
  return { kind: "list", list: { apiVersion, kind: `${strategy.kind}List`, metadata: {}, items }, resource };
}
