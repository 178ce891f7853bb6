/**
 * Envoy's response flags in plain words (Envoy's access log documentation, %RESPONSE_FLAGS%), and what to look at next.
 */
const words: Readonly<Record<string, string>> = {
  UH: "no healthy instance: none is ready, or all were ejected by outlier detection",
  UF: "the connection to the instance failed: nobody listens there, or TLS was refused",
  UO: "a circuit breaker is open: the DestinationRule's connection pool is full",
  NR: "no route: no VirtualService, Gateway or service matches the request",
  NC: "the route leads to a cluster that does not exist, such as a subset without its DestinationRule",
  URX: "all retries, or all connection attempts, were used up",
  UT: "the answer took longer than the route's timeout",
  UC: "the instance closed the connection",
  UR: "the instance reset the stream",
  LR: "this proxy reset the stream",
  UPE: "the instance broke the protocol",
  DC: "the caller hung up first",
  DPE: "the caller broke the protocol",
  DT: "the request took longer than it may",
  FI: "a fault was injected on purpose (abort)",
  DI: "a delay was injected on purpose",
  RL: "a rate limit refused it",
  UAEX: "an external authorization service refused it",
  RLSE: "the rate limit service did not answer",
  IH: "a header that must not be there",
  SI: "the connection was idle for too long",
  DO: "the proxy is overloaded",
};

/** Why requests failed with this status, as a sentence's part. */
export function explainFailure({ code, flags }: { readonly code: string; readonly flags: string }): string {
  const known = flags.split(",").flatMap((flag) => words[flag] ?? []);
  if (known.length > 0) return known.join("; ");
  if (code === "403") return "refused: by an AuthorizationPolicy (RBAC: access denied) or by the application";
  if (code === "401") return "no valid token: a RequestAuthentication, or the application, wants one";
  if (code === "404") return "the application does not know this path";
  if (code === "0" || code === "-") return "no answer at all";
  return flags === "-" || flags === "" ? "the application answered so" : `Envoy's flag ${flags}`;
}
