import type { Duplex } from "node:stream";
import type { Disposable } from "../base/index.ts";

/** One end of an in-memory TCP connection. Destroying with an error is a reset (RST); ending is a FIN. */
export interface Connection extends Duplex {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Where the client meant to go before a redirect (SO_ORIGINAL_DST); same as local address and port when not redirected. */
  readonly originalDestination: { readonly address: string; readonly port: number };
  /** Sends RST: the peer sees ECONNRESET. */
  reset(): void;
  setNoDelay(): this;
  setKeepAlive(): this;
  setTimeout(): this;
  ref(): this;
  unref(): this;
}

/** As Node's socket errors: `code` ECONNREFUSED, ENOTFOUND, EHOSTUNREACH, ETIMEDOUT, ECONNRESET, EADDRINUSE. */
export interface NetworkError extends Error {
  readonly code: string;
}

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  /** The user id of the connecting process; 1337 (the proxy) is exempt from redirection. */
  readonly uid?: number;
  /** Source address to bind, e.g. 127.0.0.6 by which Envoy's inbound side escapes its own redirect. Absent: the pod's. */
  readonly localAddress?: string;
  /** False: a FIN from the peer ends this side too, as `net.connect` does and pools of idle sockets need. Default true. */
  readonly allowHalfOpen?: boolean;
  /** Gives up connecting; rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What iptables would do for a meshed pod (istio-init sets it; facts: istio.md §8.3). */
export interface RedirectRules {
  readonly outboundPort: number;
  readonly inboundPort: number;
  readonly proxyUid: number;
  readonly excludeInboundPorts: readonly number[];
  readonly excludeOutboundPorts?: readonly number[];
  /** CIDRs; absent or ["*"] means all. */
  readonly includeOutboundRanges?: readonly string[];
  readonly excludeOutboundRanges?: readonly string[];
}

/** A pod's network namespace: one address, its own loopback, its own redirect rules. */
export interface PodNetwork {
  readonly ip: string;
  /** Throws a NetworkError EADDRINUSE. `address` 127.0.0.1 is reachable from inside the pod only. */
  listen(
    options: { readonly port: number; readonly address?: "0.0.0.0" | "127.0.0.1" },
    accept: (connection: Connection) => void,
  ): Disposable;
  /** Resolves names by cluster DNS (search path of the pod's namespace), follows service addresses, obeys redirects. */
  connect(options: ConnectOptions): Promise<Connection>;
  /** A and SRV-less lookup: addresses of a name, rejects ENOTFOUND. */
  resolve(name: string): Promise<readonly string[]>;
  redirect(rules: RedirectRules): void;
}
