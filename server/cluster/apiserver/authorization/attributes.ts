import { parseRequestInfo } from "../filters/request-info.ts";
import type { UserInfo } from "../filters/user.ts";

/** What somebody asks to do. Follows apiserver authorizer.Attributes. */
export type Attributes =
  | {
      readonly kind: "resource";
      readonly user: UserInfo;
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly subresource: string;
      readonly namespace: string;
      readonly name: string;
    }
  | {
      readonly kind: "non-resource";
      readonly user: UserInfo;
      readonly verb: string;
      readonly path: string;
    };

export interface RequestLine {
  readonly user: UserInfo;
  readonly method: string;
  readonly path: string;
  readonly watch: boolean;
  readonly fieldSelector: string;
}

const VERBS: Readonly<Record<string, string>> = {
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};
/** Upgraded with GET by websocket clients; since 1.35 they need the right to create all the same. */
const CREATED = new Set(["exec", "attach", "portforward"]);

/** Follows apiserver RequestInfoFactory: verbs by method, name and watch; a namespace is inside of itself. */
export function attributesOf({ user, method, path, watch, fieldSelector }: RequestLine): Attributes {
  const info = parseRequestInfo(path);
  if (info.kind === "non-resource") return { kind: "non-resource", user, verb: method.toLowerCase(), path };
  const { group, plural, subresource } = info;
  const reading = watch ? "watch" : info.name ? "get" : "list";
  const byMethod = method === "DELETE" && !info.name ? "deletecollection" : (VERBS[method] ?? reading);
  const streams = group === "" && plural === "pods" && CREATED.has(subresource);
  const selected = /^metadata\.name=([^,]+)$/.exec(fieldSelector)?.[1] ?? "";
  return {
    ...{ kind: "resource", user, group, resource: plural, subresource },
    verb: streams ? "create" : byMethod,
    namespace: group === "" && plural === "namespaces" ? info.name : info.namespace,
    name: info.name || (reading === "list" || reading === "watch" ? selected : ""),
  };
}
