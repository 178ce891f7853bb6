import { DialError } from "../upstream/dial-error.ts";

/** An answer the proxy gives by itself: code, exact body, response flag and details of the access log. */
export interface LocalReply {
  readonly status: number;
  readonly body: string;
  readonly flag?: string | undefined;
  readonly details: string;
  readonly headers?: readonly (readonly [string, string])[] | undefined;
  readonly transportFailure?: string | undefined;
}

export const ROUTE_NOT_FOUND: LocalReply = { status: 404, body: "", flag: "NR", details: "route_not_found" };
export const NO_HEALTHY_UPSTREAM: LocalReply = {
  status: 503,
  body: "no healthy upstream",
  flag: "UH",
  details: "no_healthy_upstream",
};
export const OVERFLOW: LocalReply = {
  status: 503,
  body: "upstream connect error or disconnect/reset before headers. reset reason: overflow",
  flag: "UO",
  details: "upstream_reset_before_response_started{overflow}",
  headers: [["x-envoy-overloaded", "true"]],
};
export const RESPONSE_TIMEOUT: LocalReply = {
  status: 504,
  body: "upstream request timeout",
  flag: "UT",
  details: "response_timeout",
};
export const PER_TRY_TIMEOUT: LocalReply = { ...RESPONSE_TIMEOUT, details: "upstream_per_try_timeout" };

export function clusterNotFound(code: string | undefined): LocalReply {
  const status = code === "NOT_FOUND" ? 404 : code === "INTERNAL_SERVER_ERROR" ? 500 : 503;
  return { status, body: "", flag: "NC", details: "cluster_not_found" };
}

/** `reason` in Envoy's words: connection termination, remote connection failure, connection failure, connection timeout. */
export function upstreamReset(reason: string, transport: string): LocalReply {
  const failure = transport ? `, transport failure reason: ${transport}` : "";
  return {
    status: 503,
    body: `upstream connect error or disconnect/reset before headers. reset reason: ${reason}${failure}`,
    flag: reason === "connection termination" ? "UC" : "UF",
    details: `upstream_reset_before_response_started{${reason}${transport ? `|${transport}` : ""}}`,
    transportFailure: transport,
  };
}

/** The same said of the last of several tries. */
export const afterRetries = (reply: LocalReply): LocalReply => ({
  ...reply,
  body: reply.body.replace("headers. reset reason:", "headers. retried and the latest reset reason:"),
});

/** Why no connection came about. */
export function failureReply(error: unknown): LocalReply {
  return error instanceof DialError
    ? upstreamReset(error.reason, error.transport)
    : upstreamReset("connection failure", "");
}

/** The upstream's bytes are no HTTP. */
export const PROTOCOL_ERROR: LocalReply = {
  ...upstreamReset("protocol error", ""),
  status: 502,
  flag: "UPE",
};
