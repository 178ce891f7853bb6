import type { IncomingHttpHeaders } from "node:http";
import { badRequest } from "../../apimachinery/index.ts";
import type { UserInfo } from "../filters/user.ts";
import type { Attributes } from "./attributes.ts";

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/**
 * Whom a request wants to speak for by its Impersonate headers, after `authorize` has let its sender do so for each part.
 * Follows apiserver endpoints/filters/impersonation. Extra values are checked and dropped: nothing here reads them.
 */
export function impersonated(
  headers: IncomingHttpHeaders,
  user: UserInfo,
  authorize: (attributes: Attributes) => void,
): UserInfo {
  const name = one(headers["impersonate-user"]);
  const groups = many(headers["impersonate-group"]);
  const uid = one(headers["impersonate-uid"]);
  const extra = Object.keys(headers).filter((header) => header.startsWith("impersonate-extra-"));
  if (!name) {
    if (groups.length === 0 && !uid && extra.length === 0) return user;
    throw badRequest("requested impersonation without impersonating a user");
  }
  const ask = (
    resource: string,
    what: string,
    place: { group?: string; namespace?: string; subresource?: string } = {},
  ) =>
    authorize({
      ...{ kind: "resource", user, verb: "impersonate", group: "", subresource: "", namespace: "" },
      ...place,
      ...{ resource, name: what },
    });
  const account = SERVICE_ACCOUNT.exec(name);
  if (account) ask("serviceaccounts", account[2] ?? "", { namespace: account[1] ?? "" });
  else ask("users", name);
  for (const group of groups) ask("groups", group);
  const group = "authentication.k8s.io";
  if (uid) ask("uids", uid, { group });
  for (const header of extra) {
    const subresource = decodeURIComponent(header.slice("impersonate-extra-".length));
    for (const value of many(headers[header])) ask("userextras", value, { group, subresource });
  }
  const own = account ? ["system:serviceaccounts", `system:serviceaccounts:${account[1]}`] : [];
  const given = groups.length > 0 ? groups : own;
  const known = name === "system:anonymous" ? "system:unauthenticated" : "system:authenticated";
  return { name, groups: [...new Set([...given, known])], ...(uid && { uid }) };
}

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);
/** Node joins repeated headers with ", ". */
const many = (value: string | string[] | undefined) =>
  (Array.isArray(value) ? value : (value?.split(", ") ?? [])).filter((item) => item !== "");
