import type { Resource } from "../registry/resource.ts";

const query = (name: string, description: string) => ({
  name,
  in: "query",
  description,
  schema: { type: "string", uniqueItems: true },
});
const WRITE_PARAMETERS = [
  query("dryRun", "When present, indicates that modifications should not be persisted. Valid values: All."),
  query("fieldManager", "The name associated with the actor or entity that is making these changes."),
  query("fieldValidation", "What the server does with unknown or duplicate fields: Ignore, Warn or Strict."),
];

/** The operations of a resource: what kubectl needs to find kinds, to know fieldValidation, and to choose a patch type. */
export function pathsOf(resource: Resource, component: string): Record<string, object> {
  const { strategy, apiVersion } = resource;
  const root = strategy.group ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const collection = strategy.namespaced
    ? `${root}/namespaces/{namespace}/${strategy.plural}`
    : `${root}/${strategy.plural}`;
  const kind = { group: strategy.group, version: strategy.version, kind: strategy.kind };
  const schema = { $ref: `#/components/schemas/${component}` };
  const content = { "application/json": { schema } };
  const responses = { "200": { description: "OK", content } };
  const operation = (action: string, parameters: readonly object[], body?: object) => ({
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": kind,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: body } } : {}),
    responses,
  });
  const patchTypes = [
    "application/apply-patch+yaml",
    "application/json-patch+json",
    "application/merge-patch+json",
    ...(resource.custom ? [] : ["application/strategic-merge-patch+json"]),
  ];
  const patch = Object.fromEntries(patchTypes.map((type) => [type, { schema: { type: "object" } }]));
  return {
    [collection]: {
      get: operation("list", []),
      post: operation("post", WRITE_PARAMETERS, { "application/json": { schema } }),
      delete: operation("deletecollection", []),
    },
    [`${collection}/{name}`]: {
      get: operation("get", []),
      put: operation("put", WRITE_PARAMETERS, { "application/json": { schema } }),
      patch: operation(
        "patch",
        [...WRITE_PARAMETERS, query("force", 'Force is going to "force" Apply requests.')],
        patch,
      ),
      delete: operation("delete", []),
    },
    ...(strategy.namespaced ? { [`${root}/${strategy.plural}`]: { get: operation("list", []) } } : {}),
  };
}
