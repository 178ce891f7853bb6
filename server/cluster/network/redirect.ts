import { inAnyRange, isLoopback } from "./addresses.ts";
import type { RedirectRules } from "./types.ts";

export interface Outgoing {
  readonly uid: number;
  readonly source: string;
  readonly podIP: string;
  readonly destination: { readonly address: string; readonly port: number };
}

/** Envoy's inbound side binds this source so that its call to the application is left alone. */
const PASSTHROUGH_SOURCE = "127.0.0.6";

/**
 * The OUTPUT chain that istio-iptables writes, rule by rule: the local port a connection is redirected to, or undefined.
 * Follows tools/istio-iptables capture: ISTIO_OUTPUT, ISTIO_REDIRECT, ISTIO_IN_REDIRECT.
 */
export function redirectOutgoing(rules: RedirectRules | undefined, out: Outgoing): number | undefined {
  if (!rules) return undefined;
  const { address, port } = out.destination;
  if (rules.excludeOutboundPorts?.includes(port)) return undefined;
  const overLoopback = isLoopback(address) || address === out.podIP;
  if (out.source === PASSTHROUGH_SOURCE && overLoopback) return undefined;
  if (out.uid === rules.proxyUid)
    return overLoopback && address !== "127.0.0.1" ? rules.inboundPort : undefined;
  // An application that calls its own pod address is not sent through Envoy.
  if (overLoopback) return undefined;
  if (inAnyRange(address, rules.excludeOutboundRanges ?? [])) return undefined;
  return inAnyRange(address, rules.includeOutboundRanges ?? ["*"]) ? rules.outboundPort : undefined;
}

/** The PREROUTING chain: the port a connection from outside the pod arrives at, or undefined when it is left alone. */
export function redirectIncoming(rules: RedirectRules | undefined, port: number): number | undefined {
  return rules && !rules.excludeInboundPorts.includes(port) ? rules.inboundPort : undefined;
}
