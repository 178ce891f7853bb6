import type { FilterChainMatch, ListenerFilter, ListenerFilterDisabled } from "../../../xds/index.ts";

/** What a client's sidecar offers to say "this is HTTP inside", "this is TCP inside", or either. */
export const ISTIO_HTTP_ALPN = ["istio-http/1.0", "istio-http/1.1", "istio-h2"] as const;
export const ISTIO_TCP_ALPN = ["istio-peer-exchange", "istio"] as const;
export const ISTIO_ALPN = ["istio", "istio-peer-exchange", ...ISTIO_HTTP_ALPN] as const;
/** What the HTTP inspector finds in plain text. */
export const PLAIN_HTTP = ["http/1.1", "h2c"] as const;

export const originalDestination: ListenerFilter = {
  name: "envoy.filters.listener.original_dst",
  typedConfig: {
    "@type": "type.googleapis.com/envoy.extensions.filters.listener.original_dst.v3.OriginalDst",
  },
};

export const tlsInspector: ListenerFilter = {
  name: "envoy.filters.listener.tls_inspector",
  typedConfig: {
    "@type": "type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector",
  },
};

export const httpInspector: ListenerFilter = {
  name: "envoy.filters.listener.http_inspector",
  typedConfig: {
    "@type": "type.googleapis.com/envoy.extensions.filters.listener.http_inspector.v3.HttpInspector",
  },
};

/** Leaves an inspector out for ports whose protocol needs no looking. */
export function exceptOn(filter: ListenerFilter, ports: readonly number[]): ListenerFilter {
  const rules = ports.map(
    (port): ListenerFilterDisabled => ({ destinationPortRange: { start: port, end: port + 1 } }),
  );
  const [only] = rules;
  if (!only) return filter;
  return { ...filter, filterDisabled: rules.length === 1 ? only : { orMatch: { rules } } };
}

export const everyAddress: Pick<FilterChainMatch, "prefixRanges"> = {
  prefixRanges: [{ addressPrefix: "0.0.0.0", prefixLen: 0 }],
};
