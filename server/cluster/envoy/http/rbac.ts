import type { Permission, Principal, RbacRules } from "../../xds/index.ts";
import { inRange } from "../listener/address-range.ts";
import { matchHeader, matchString, type RequestHead } from "../matchers.ts";
import type { Downstream } from "../stream-info.ts";
import { HeaderMap } from "./headers.ts";
import { pathOf } from "./route-match.ts";

/** What rules may look at. On a TCP connection there is no head: header and path rules see nothing. */
export interface RbacSubject {
  readonly downstream: Downstream;
  readonly head?: RequestHead | undefined;
  /** The client's address after X-Forwarded-For, where the listener trusts it. */
  readonly remoteIp: string;
  /** Verified claims by filter and path, e.g. of jwt_authn. */
  readonly metadata: (filter: string, path: readonly string[]) => unknown;
}

/** The name of the policy that decided, or "none". */
export type RbacVerdict = { readonly allowed: boolean; readonly policy: string };

export function judge(rules: RbacRules, subject: RbacSubject): RbacVerdict {
  const matched = Object.entries(rules.policies ?? {}).find(
    ([, policy]) =>
      policy.permissions.some((one) => permits(one, subject)) &&
      policy.principals.some((one) => isPrincipal(one, subject)),
  )?.[0];
  const action = rules.action ?? "ALLOW";
  if (action === "LOG") return { allowed: true, policy: matched ?? "none" };
  const allowed = action === "ALLOW" ? matched !== undefined : matched === undefined;
  return { allowed, policy: matched ?? "none" };
}

function permits(permission: Permission, subject: RbacSubject): boolean {
  const { downstream, head } = subject;
  if (permission.any) return true;
  if (permission.andRules) return permission.andRules.rules.every((one) => permits(one, subject));
  if (permission.orRules) return permission.orRules.rules.some((one) => permits(one, subject));
  if (permission.notRule) return !permits(permission.notRule, subject);
  if (permission.header) return matchHeader(permission.header, head ?? NO_HEAD);
  if (permission.urlPath)
    return head !== undefined && matchString(permission.urlPath.path, pathOf(head.path));
  if (permission.destinationIp) return inRange(downstream.destination.address, permission.destinationIp);
  if (permission.destinationPort !== undefined)
    return downstream.destination.port === permission.destinationPort;
  if (permission.requestedServerName)
    return matchString(permission.requestedServerName, downstream.serverName);
  return false;
}

function isPrincipal(principal: Principal, subject: RbacSubject): boolean {
  const { downstream, head } = subject;
  if (principal.any) return true;
  if (principal.andIds) return principal.andIds.ids.every((one) => isPrincipal(one, subject));
  if (principal.orIds) return principal.orIds.ids.some((one) => isPrincipal(one, subject));
  if (principal.notId) return !isPrincipal(principal.notId, subject);
  if (principal.authenticated) {
    const peer = downstream.tls?.peer;
    if (!peer) return false;
    const wanted = principal.authenticated.principalName;
    return !wanted || [peer.uri, ...peer.dns].some((name) => name !== "" && matchString(wanted, name));
  }
  if (principal.directRemoteIp) return inRange(downstream.remoteAddress, principal.directRemoteIp);
  if (principal.remoteIp) return inRange(subject.remoteIp, principal.remoteIp);
  if (principal.header) return matchHeader(principal.header, head ?? NO_HEAD);
  if (principal.metadata) return metadataMatches(principal.metadata, subject);
  return false;
}

function metadataMatches(wanted: NonNullable<Principal["metadata"]>, subject: RbacSubject): boolean {
  const value = subject.metadata(
    wanted.filter,
    wanted.path.map((one) => one.key),
  );
  const list = wanted.value.listMatch?.oneOf.stringMatch;
  if (list) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.some((one) => typeof one === "string" && matchString(list, one));
  }
  const single = wanted.value.stringMatch;
  return single !== undefined && typeof value === "string" && matchString(single, value);
}

const NO_HEAD: RequestHead = { method: "", scheme: "", authority: "", path: "", headers: new HeaderMap() };
