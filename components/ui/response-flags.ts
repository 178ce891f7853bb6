/**
 * Envoy's response flags in plain words; names and meanings follow Envoy's access log documentation
 * (configuration/observability/access_log/usage, %RESPONSE_FLAGS%), the advice is ours.
 */
export const responseFlags: Readonly<Record<string, { readonly means: string; readonly look: string }>> = {
  DC: {
    means: "The caller hung up before the answer was complete.",
    look: "Look at the caller's own timeout.",
  },
  DI: {
    means: "The request was delayed on purpose.",
    look: "A VirtualService injects a fault: fault.delay.",
  },
  DPE: {
    means: "The caller did not speak HTTP as agreed.",
    look: "Is it HTTP at all? Check the port's name or appProtocol.",
  },
  DT: {
    means: "The request or connection lived longer than allowed.",
    look: "A maximum duration is set on the route or connection.",
  },
  FI: { means: "The request was ended on purpose.", look: "A VirtualService injects a fault: fault.abort." },
  IH: {
    means: "A header was refused by the rules for headers.",
    look: "Look for an EnvoyFilter with strict header checks.",
  },
  LH: { means: "This proxy's own service failed its health check.", look: "Look at the pod's readiness." },
  LR: { means: "The connection was reset on this side.", look: "A reset before the upstream had answered." },
  NC: {
    means: "The route leads to a cluster that is not there.",
    look: "A VirtualService names a host or subset that no DestinationRule or Service defines.",
  },
  NR: {
    means: "No route fits the request, or no filter chain fits the connection.",
    look: "Check the Host header, the hosts of VirtualService and Gateway, and whether plaintext met STRICT.",
  },
  OM: { means: "The overload manager ended the request.", look: "The proxy is short of memory." },
  RFCF: {
    means: "The check of the proxy's filter configuration failed.",
    look: "An extension's configuration could not be fetched.",
  },
  RL: { means: "The request was limited in rate.", look: "A local or global rate limit is set." },
  RLSE: { means: "The rate limit service failed.", look: "Look at the rate limit service." },
  SI: { means: "The caller's stream was idle for too long.", look: "A stream idle timeout is set." },
  UAEX: {
    means: "The request was refused by an external authorizer.",
    look: "Look at the AuthorizationPolicy with action CUSTOM and its provider.",
  },
  UC: {
    means: "The upstream ended the connection.",
    look: "The application died, or closed an idle connection; a retry may help.",
  },
  UF: {
    means: "No connection to the upstream could be made.",
    look: "Nobody listens there, or TLS settings differ: compare DestinationRule and PeerAuthentication.",
  },
  UH: {
    means: "No upstream host is healthy.",
    look: "No ready pods, a subset without pods, or all were ejected by outlier detection.",
  },
  UMSDR: {
    means: "The upstream's stream lived longer than allowed.",
    look: "A maximum stream duration is set.",
  },
  UO: {
    means: "The upstream is overloaded: a circuit breaker is open.",
    look: "Look at connectionPool in the DestinationRule.",
  },
  UPE: {
    means: "The upstream did not speak HTTP as agreed.",
    look: "Check the port's protocol: HTTP/1.1 or HTTP/2?",
  },
  UR: { means: "The upstream reset the connection.", look: "Look at the application's log at that time." },
  URX: {
    means: "The limit of retries or of connection attempts was reached.",
    look: "The upstream failed each time; look at the tries before.",
  },
  UT: {
    means: "The upstream did not answer in time.",
    look: "Compare the route's timeout with how long the application takes.",
  },
};
