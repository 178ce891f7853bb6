import {
  type HttpConnectionManager,
  type HttpFilter,
  NETWORK_FILTER_TYPE,
  type NetworkFilter,
  type RouteConfiguration,
  type TcpProxy,
} from "../../../xds/index.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import type { Side } from "../push/telemetry.ts";
import { accessLog } from "./access-log.ts";
import { tcpMetadataExchange } from "./http-filters.ts";
import { tcpStats } from "./stats-filters.ts";
import { adsSource } from "./tls-context.ts";
import { tracingOf, usesRequestId } from "./tracing.ts";

export interface ConnectionManagerOptions {
  readonly proxy: MeshProxy;
  readonly push: PushContext;
  readonly statPrefix: string;
  readonly routes: { readonly routeConfig: RouteConfiguration } | { readonly rds: string };
  readonly httpFilters: readonly HttpFilter[];
  readonly kind: "inbound" | "outbound" | "gateway";
}

const BY_KIND = {
  inbound: {
    useRemoteAddress: false,
    forwardClientCertDetails: "APPEND_FORWARD",
    setCurrentClientCertDetails: { subject: true, dns: true, uri: true },
    serverName: "istio-envoy",
  },
  outbound: { useRemoteAddress: false },
  gateway: {
    useRemoteAddress: true,
    forwardClientCertDetails: "SANITIZE_SET",
    setCurrentClientCertDetails: { subject: true, cert: true, dns: true, uri: true },
    serverName: "istio-envoy",
  },
} as const;

export function connectionManager(options: ConnectionManagerOptions): NetworkFilter {
  const { proxy, push, routes } = options;
  const side = options.kind === "inbound" ? "SERVER" : "CLIENT";
  const typedConfig: HttpConnectionManager = {
    "@type": NETWORK_FILTER_TYPE.httpConnectionManager,
    statPrefix: options.statPrefix,
    ...("rds" in routes ? { rds: { configSource: adsSource, routeConfigName: routes.rds } } : routes),
    httpFilters: options.httpFilters,
    ...tracingOf(proxy, push, side),
    streamIdleTimeout: "0s",
    accessLog: accessLog({ proxy, push, side }),
    ...BY_KIND[options.kind],
    upgradeConfigs: [{ upgradeType: "websocket" }],
    normalizePath: true,
    requestIdExtension: {
      typedConfig: {
        "@type": "type.googleapis.com/envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig",
        useRequestIdForTraceSampling: usesRequestId(proxy, push, side),
      },
    },
    pathWithEscapedSlashesAction: "KEEP_UNCHANGED",
  };
  return { name: "envoy.filters.network.http_connection_manager", typedConfig };
}

export interface TcpOptions {
  readonly proxy: MeshProxy;
  readonly push: PushContext;
  readonly side: Side;
  readonly statPrefix: string;
  readonly target: Pick<TcpProxy, "cluster" | "weightedClusters">;
  readonly before?: readonly NetworkFilter[];
  /** Peers tell each other who they are: on both ends of mesh traffic, not where a connection is refused. */
  readonly exchange: boolean;
}

export function tcpProxyFilters(options: TcpOptions): readonly NetworkFilter[] {
  const typedConfig: TcpProxy = {
    "@type": NETWORK_FILTER_TYPE.tcpProxy,
    statPrefix: options.statPrefix,
    ...options.target,
    accessLog: accessLog(options),
  };
  return [
    ...(options.exchange ? [tcpMetadataExchange] : []),
    ...(options.before ?? []),
    ...tcpStats(options),
    { name: "envoy.filters.network.tcp_proxy", typedConfig },
  ];
}
