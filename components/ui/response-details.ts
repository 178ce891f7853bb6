import { responseFlags } from "./response-flags.ts";

interface Answered {
  readonly status: number;
  readonly flags: readonly string[];
  readonly details: string;
}

/**
 * Envoy's response code details in plain words (its documentation: configuration/http/http_conn_man/response_code_details).
 * Undefined: the application answered, or nothing is known of it.
 */
const words: Readonly<Record<string, string>> = {
  route_not_found: "No route fits: no virtual host has this Host header, or no route this path.",
  cluster_not_found: "The route leads to a host or subset that nothing defines.",
  no_healthy_upstream: "No host is there to take it: no ready pods, an empty subset, or all were ejected.",
  fault_filter_abort: "A VirtualService ends requests here on purpose: fault.abort.",
  direct_response: "The route itself answers: a redirect or a fixed answer.",
  filter_chain_not_found:
    "No filter chain takes this connection: plaintext met a port that takes mutual TLS only, or the name in the TLS handshake fits no server.",
  response_timeout: "The application did not answer within the route's timeout.",
  upstream_response_timeout: "The application did not answer within the route's timeout.",
  upstream_per_try_timeout: "No try was answered within retries.perTryTimeout.",
  downstream_remote_disconnect: "The caller hung up before the answer was complete.",
  local_rate_limited: "A local rate limit is used up.",
  request_rate_limited: "A rate limit is used up.",
  ext_authz_denied: "The external authorizer of an AuthorizationPolicy with action CUSTOM refused it.",
  cors_response: "The proxy answered the CORS preflight by the route's corsPolicy.",
  missing_host_header: "The request has no Host header.",
  low_version: "The request speaks a version of HTTP that is too old.",
};

export interface Decision {
  readonly sentence: string;
  /** The object that decided, where the proxy names it. */
  readonly object?: { readonly kind: string; readonly namespace: string; readonly name: string };
}

/** Who decided, and by what. */
export function decisionOf({ status, flags, details }: Answered): Decision | undefined {
  if (details === "via_upstream") return undefined;
  const policy = /^rbac_access_denied_matched_policy\[(.*)\]$/.exec(details)?.[1];
  if (policy !== undefined) return refusedBy(policy);
  const token = /^jwt_authn_access_denied\{(.*)\}$/.exec(details)?.[1];
  if (token !== undefined)
    return {
      sentence: `A RequestAuthentication refused the token: ${token.replaceAll("_", " ")}`,
    };
  const reset = /^upstream_reset_before_response_started\{(.*)\}$/.exec(details)?.[1];
  if (reset !== undefined)
    return {
      sentence: /overflow/.test(reset)
        ? "A circuit breaker is open: connectionPool of a DestinationRule is used up."
        : `The connection to the called side broke before it answered (${reset.replaceAll("_", " ")}).`,
    };
  const known = words[details];
  if (known !== undefined) return { sentence: known };
  const flagged = flags.flatMap((flag) => responseFlags[flag] ?? []);
  if (flagged.length > 0) return { sentence: flagged.map(({ means, look }) => `${means} ${look}`).join(" ") };
  return status === 0 ? { sentence: "There was no answer." } : undefined;
}

function refusedBy(policy: string): Decision {
  // Istio names its RBAC policies ns[NAMESPACE]-policy[NAME]-rule[INDEX].
  const named = /^ns\[(.*)\]-policy\[(.*)\]-rule\[(\d+)\]$/.exec(policy);
  const [, namespace = "", name = "", rule = "0"] = named ?? [];
  if (named)
    return {
      sentence: `AuthorizationPolicy ${namespace}/${name} denies it, by its rule ${Number(rule) + 1}.`,
      object: { kind: "AuthorizationPolicy", namespace, name },
    };
  return {
    sentence:
      "AuthorizationPolicies with action ALLOW stand here, and no rule of theirs fits this caller, method or path.",
  };
}
