import type { HashPolicy } from "../../xds/index.ts";
import { headerOf, type RequestHead } from "../matchers.ts";

/** What a consistent-hash load balancer goes by: the first policy that finds something. */
export function hashKey(
  policies: readonly HashPolicy[] | undefined,
  head: RequestHead,
  remoteAddress: string,
): string | undefined {
  for (const policy of policies ?? []) {
    const key = keyOf(policy, head, remoteAddress);
    if (key !== undefined) return key;
  }
  return undefined;
}

function keyOf(policy: HashPolicy, head: RequestHead, remoteAddress: string): string | undefined {
  if (policy.header) return headerOf(head, policy.header.headerName);
  if (policy.connectionProperties?.sourceIp) return remoteAddress;
  if (policy.queryParameter)
    return new URLSearchParams(head.path.split("?")[1] ?? "").get(policy.queryParameter.name) ?? undefined;
  return policy.cookie && cookieOf(head, policy.cookie.name);
}

export function cookieOf(head: RequestHead, name: string): string | undefined {
  const pairs = (head.headers.get("cookie") ?? "").split(/;\s*/);
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
