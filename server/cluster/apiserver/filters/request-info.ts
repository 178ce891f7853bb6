/** What a path means. Follows apiserver endpoints/request RequestInfoFactory. */
export type RequestInfo =
  | { readonly kind: "non-resource"; readonly path: string }
  | {
      readonly kind: "resource";
      readonly group: string;
      readonly version: string;
      readonly namespace: string;
      readonly plural: string;
      readonly name: string;
      readonly subresource: string;
      /** What follows the subresource, for proxies. */
      readonly rest: string;
    };

// These follow a namespace's name without being a resource inside it.
const NAMESPACE_SUBRESOURCES = new Set(["status", "finalize"]);

export function parseRequestInfo(path: string): RequestInfo {
  const parts = path.split("/").slice(1).map(decodeSegment);
  const start = parts[0] === "api" ? 2 : parts[0] === "apis" ? 3 : 0;
  if (start === 0 || parts.length <= start || parts[start] === "") return { kind: "non-resource", path };
  const group = start === 3 ? (parts[1] ?? "") : "";
  const version = parts[start - 1] ?? "";
  let rest = parts.slice(start);
  let namespace = "";
  if (rest[0] === "namespaces" && rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2] ?? "")) {
    namespace = rest[1] ?? "";
    rest = rest.slice(2);
  }
  const [plural = "", name = "", subresource = "", ...tail] = rest;
  return { kind: "resource", group, version, namespace, plural, name, subresource, rest: tail.join("/") };
}

function decodeSegment(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // not an escape; the lookup that follows finds nothing by this name
  }
}
