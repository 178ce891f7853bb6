import type { GroupVersionResource } from "./types.ts";

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** `/api/v1/…` for the core group, `/apis/GROUP/VERSION/…` for the others; every part escaped. */
export function resourcePath(
  resource: GroupVersionResource,
  at: { readonly namespace?: string | undefined; readonly name?: string | undefined } = {},
  query: Query = {},
): string {
  const parts =
    resource.group === "" ? ["api", resource.version] : ["apis", resource.group, resource.version];
  if (at.namespace !== undefined) parts.push("namespaces", at.namespace);
  parts.push(resource.resource);
  if (at.name !== undefined) parts.push(at.name);
  return `/${parts.map(encodeURIComponent).join("/")}${queryString(query)}`;
}

function queryString(query: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined) search.append(key, String(value));
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

/** "apps/v1" to its group and version; "v1" is the core group's. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf("/");
  return slash < 0
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}
