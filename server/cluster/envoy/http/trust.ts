import { inRange } from "../listener/address-range.ts";
import type { HeaderMap } from "./headers.ts";

/** Whose word counts: is the client inside (its x-envoy-* orders are followed), and is this proxy the first one. */
export interface Trust {
  readonly internal: boolean;
  readonly edge: boolean;
  /** The client, as far as the way here can be trusted. */
  readonly address: string;
}

// RFC 1918. Trusted by default until Envoy 1.36 took the guard `explicit_internal_address_config` away.
const PRIVATE = [
  { addressPrefix: "10.0.0.0", prefixLen: 8 },
  { addressPrefix: "172.16.0.0", prefixLen: 12 },
  { addressPrefix: "192.168.0.0", prefixLen: 16 },
];

export interface TrustContext {
  readonly useRemoteAddress: boolean;
  readonly trustedHops: number;
  readonly remoteAddress: string;
  readonly trustPrivate: boolean;
}

/** Follows Envoy http/conn_manager_utility.cc mutateRequestHeaders; reads X-Forwarded-For before anything is added to it. */
export function judgeTrust(headers: HeaderMap, context: TrustContext): Trust {
  const forwarded = addresses(headers.joined("x-forwarded-for"));
  const { useRemoteAddress, trustedHops, remoteAddress } = context;
  const isPrivate = (address: string) =>
    context.trustPrivate && PRIVATE.some((range) => inRange(address, range));
  if (useRemoteAddress) {
    const address = (trustedHops > 0 ? forwarded.at(-trustedHops) : undefined) ?? remoteAddress;
    const internal = forwarded.length === 0 && isPrivate(address);
    return { internal, edge: !internal, address };
  }
  const named = forwarded.at(-1 - trustedHops);
  const internal = named !== undefined && forwarded.length === 1 && isPrivate(named);
  return { internal, edge: false, address: named ?? remoteAddress };
}

const NONE: readonly string[] = [];

function addresses(list: string | undefined): readonly string[] {
  if (!list) return NONE;
  return list
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
}

// What only a trusted client may tell the router (cleanInternalHeaders).
const INTERNAL_ONLY = new Set([
  "x-envoy-internal",
  "x-envoy-retriable-status-codes",
  "x-envoy-retriable-header-names",
  "x-envoy-retry-on",
  "x-envoy-retry-grpc-on",
  "x-envoy-max-retries",
  "x-envoy-upstream-alt-stat-name",
  "x-envoy-upstream-rq-timeout-ms",
  "x-envoy-upstream-rq-per-try-timeout-ms",
  "x-envoy-upstream-rq-timeout-alt-response",
  "x-envoy-expected-rq-timeout-ms",
  "x-envoy-force-trace",
  "x-envoy-ip-tags",
  "x-envoy-original-url",
  "x-envoy-hedge-on-per-try-timeout",
]);
const EDGE_ONLY = new Set([
  "x-envoy-decorator-operation",
  "x-envoy-downstream-service-cluster",
  "x-envoy-downstream-service-node",
]);

/** Removes what this client may not say; says to whom it may concern where it stands. */
export function sanitize(headers: HeaderMap, trust: Trust): void {
  if (trust.internal) {
    headers.set("x-envoy-internal", "true");
    return;
  }
  headers.removeAll(INTERNAL_ONLY);
  if (!trust.edge) return;
  headers.removeAll(EDGE_ONLY);
  headers.set("x-envoy-external-address", trust.address);
}
