import {
  HTTP_FILTER_TYPE,
  type HttpFilter,
  ISTIO_FILTER_TYPE,
  NETWORK_FILTER_TYPE,
  type NetworkFilter,
} from "../../../xds/index.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { httpSecurity } from "./authorization.ts";
import { httpStats } from "./stats-filters.ts";

const TYPED_STRUCT = "type.googleapis.com/udpa.type.v1.TypedStruct";

function peerMetadata(value: Readonly<Record<string, unknown>>): HttpFilter {
  return {
    name: "istio.metadata_exchange",
    typedConfig: { "@type": TYPED_STRUCT, typeUrl: ISTIO_FILTER_TYPE.peerMetadata, value },
  };
}

const inboundPeer = peerMetadata({
  downstream_discovery: [{ istio_headers: {} }, { workload_discovery: {} }],
  downstream_propagation: [{ istio_headers: {} }],
});

const outboundPeer = peerMetadata({
  upstream_discovery: [{ istio_headers: {} }, { workload_discovery: {} }],
  upstream_propagation: [{ istio_headers: {} }],
});

const grpcStats: HttpFilter = {
  name: "envoy.filters.http.grpc_stats",
  typedConfig: { "@type": HTTP_FILTER_TYPE.grpcStats, emitFilterState: true, statsForAllMethods: false },
};

const fault: HttpFilter = {
  name: "envoy.filters.http.fault",
  typedConfig: { "@type": HTTP_FILTER_TYPE.fault },
};
const cors: HttpFilter = { name: "envoy.filters.http.cors", typedConfig: { "@type": HTTP_FILTER_TYPE.cors } };
const router: HttpFilter = {
  name: "envoy.filters.http.router",
  typedConfig: { "@type": HTTP_FILTER_TYPE.router },
};

/** Tells the server's sidecar which HTTP is inside, so that it picks the right chain before it reads a byte. */
const alpn: HttpFilter = {
  name: "istio.alpn",
  typedConfig: {
    "@type": HTTP_FILTER_TYPE.alpn,
    alpnOverride: [
      { alpnOverride: ["istio-http/1.0", "istio", "http/1.0"] },
      { upstreamProtocol: "HTTP11", alpnOverride: ["istio-http/1.1", "istio", "http/1.1"] },
      { upstreamProtocol: "HTTP2", alpnOverride: ["istio-h2", "istio", "h2"] },
    ],
  },
};

interface Client {
  readonly proxy: MeshProxy;
  readonly push: PushContext;
}

/** Of a sidecar's own workload. */
export function inboundHttpFilters(client: Client): readonly HttpFilter[] {
  const stats = httpStats({ ...client, side: "SERVER", hostFallback: false });
  return [inboundPeer, ...httpSecurity(client.proxy, client.push), grpcStats, fault, cors, ...stats, router];
}

export function outboundHttpFilters(client: Client): readonly HttpFilter[] {
  const stats = httpStats({ ...client, side: "CLIENT", hostFallback: true });
  return [outboundPeer, grpcStats, alpn, fault, cors, ...stats, router];
}

export function gatewayHttpFilters(client: Client): readonly HttpFilter[] {
  const stats = httpStats({ ...client, side: "CLIENT", hostFallback: false });
  const security = httpSecurity(client.proxy, client.push);
  return [outboundPeer, ...security, grpcStats, alpn, fault, cors, ...stats, router];
}

/** On plain TCP the peers exchange who they are before the first byte, when both speak istio-peer-exchange. */
export const tcpMetadataExchange: NetworkFilter = {
  name: "istio.metadata_exchange",
  typedConfig: { "@type": NETWORK_FILTER_TYPE.metadataExchange, protocol: "istio-peer-exchange" },
};
