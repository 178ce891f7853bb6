import { type CorsPolicy, HTTP_FILTER_TYPE, type Route } from "../../xds/index.ts";
import { matchString, type RequestHead } from "../matchers.ts";
import type { HeaderMap } from "./headers.ts";
import type { LocalReply } from "./local-reply.ts";

function policyOf(route: Route | undefined): CorsPolicy | undefined {
  const config = route?.typedPerFilterConfig?.["envoy.filters.http.cors"];
  return config && config["@type"] === HTTP_FILTER_TYPE.corsPolicy ? config : undefined;
}

function allowedOrigin(policy: CorsPolicy, head: RequestHead): string | undefined {
  const origin = head.headers.get("origin");
  if (origin === undefined) return undefined;
  return (policy.allowOriginStringMatch ?? []).some((one) => matchString(one, origin)) ? origin : undefined;
}

/** The answer to a preflight request from an allowed origin; another's goes on to the upstream, or is answered with nothing. */
export function preflight(route: Route | undefined, head: RequestHead): LocalReply | undefined {
  const policy = policyOf(route);
  if (!policy || head.method !== "OPTIONS" || !head.headers.has("access-control-request-method"))
    return undefined;
  if (allowedOrigin(policy, head) === undefined)
    return policy.forwardNotMatchingPreflights === false && head.headers.has("origin")
      ? { status: 200, body: "", details: "cors_response" }
      : undefined;
  const headers: [string, string][] = [];
  const add = (name: string, value: string | undefined) => {
    if (value) headers.push([name, value]);
  };
  add("access-control-allow-methods", policy.allowMethods);
  add("access-control-allow-headers", policy.allowHeaders);
  add("access-control-max-age", policy.maxAge);
  return { status: 200, body: "", details: "cors_response", headers };
}

export function applyCors(route: Route, head: RequestHead, response: HeaderMap): void {
  const policy = policyOf(route);
  const origin = policy && allowedOrigin(policy, head);
  if (!policy || origin === undefined) return;
  response.set("access-control-allow-origin", origin);
  if (policy.allowCredentials) response.set("access-control-allow-credentials", "true");
  if (policy.exposeHeaders) response.set("access-control-expose-headers", policy.exposeHeaders);
}
