import type { Address, CidrRange, ConfigSource, Duration, Metadata, TypedStruct } from "./core.ts";
import type { HttpFilter, ISTIO_FILTER_TYPE, RbacRules } from "./http-filters.ts";
import type { RouteConfiguration } from "./route.ts";
import type { DownstreamTransportSocket } from "./tls.ts";
import type { Tracing } from "./tracing.ts";

export const LISTENER_TYPE = "type.googleapis.com/envoy.config.listener.v3.Listener";

export const NETWORK_FILTER_TYPE = {
  httpConnectionManager:
    "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
  tcpProxy: "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
  rbac: "type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC",
  metadataExchange: "type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange",
} as const;

export const ACCESS_LOG_TYPE = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog";

export interface FileAccessLog {
  readonly "@type": typeof ACCESS_LOG_TYPE;
  readonly path: string;
  /** Absent: Envoy's default format. */
  readonly logFormat?: {
    readonly textFormatSource?: { readonly inlineString: string };
    readonly jsonFormat?: Readonly<Record<string, string>>;
  };
}

export const ACCESS_LOG_FILTER_TYPE =
  "type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter";

/** One of them; `andFilter` holds when all do. */
export interface AccessLogFilter {
  /** NR is how a listener logs only connections that found no filter chain. */
  readonly responseFlagFilter?: { readonly flags: readonly string[] };
  readonly extensionFilter?: {
    readonly name: "envoy.access_loggers.extension_filters.cel";
    readonly typedConfig: { readonly "@type": typeof ACCESS_LOG_FILTER_TYPE; readonly expression: string };
  };
  readonly andFilter?: { readonly filters: readonly AccessLogFilter[] };
}

export interface AccessLog {
  readonly name: "envoy.access_loggers.file";
  readonly filter?: AccessLogFilter;
  readonly typedConfig: FileAccessLog;
}

export interface HttpConnectionManager {
  readonly "@type": typeof NETWORK_FILTER_TYPE.httpConnectionManager;
  readonly statPrefix: string;
  /** Either `routeConfig` or `rds`. */
  readonly routeConfig?: RouteConfiguration;
  readonly rds?: { readonly configSource: ConfigSource; readonly routeConfigName: string };
  readonly httpFilters: readonly HttpFilter[];
  readonly tracing?: Tracing;
  readonly httpProtocolOptions?: { readonly acceptHttp10?: boolean };
  readonly http2ProtocolOptions?: Record<string, never>;
  readonly serverName?: string;
  readonly accessLog?: readonly AccessLog[];
  readonly useRemoteAddress?: boolean;
  /** Absent means SANITIZE. */
  readonly forwardClientCertDetails?:
    | "SANITIZE"
    | "FORWARD_ONLY"
    | "APPEND_FORWARD"
    | "SANITIZE_SET"
    | "ALWAYS_FORWARD_ONLY";
  readonly setCurrentClientCertDetails?: {
    readonly subject?: boolean;
    readonly cert?: boolean;
    readonly dns?: boolean;
    readonly uri?: boolean;
  };
  readonly upgradeConfigs?: readonly { readonly upgradeType: string }[];
  readonly streamIdleTimeout?: Duration;
  readonly normalizePath?: boolean;
  readonly mergeSlashes?: boolean;
  readonly pathWithEscapedSlashesAction?: "KEEP_UNCHANGED";
  readonly requestIdExtension?: {
    readonly typedConfig: {
      readonly "@type": "type.googleapis.com/envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig";
      readonly useRequestIdForTraceSampling: boolean;
    };
  };
  readonly xffNumTrustedHops?: number;
  readonly delayedCloseTimeout?: Duration;
}

export interface TcpProxy {
  readonly "@type": typeof NETWORK_FILTER_TYPE.tcpProxy;
  readonly statPrefix: string;
  /** Either `cluster` or `weightedClusters`. */
  readonly cluster?: string;
  readonly weightedClusters?: {
    readonly clusters: readonly { readonly name: string; readonly weight: number }[];
  };
  readonly accessLog?: readonly AccessLog[];
  readonly idleTimeout?: Duration;
}

export interface NetworkRbac {
  readonly "@type": typeof NETWORK_FILTER_TYPE.rbac;
  readonly statPrefix: string;
  readonly rules?: RbacRules;
  readonly shadowRules?: RbacRules;
}

export interface MetadataExchange {
  readonly "@type": typeof NETWORK_FILTER_TYPE.metadataExchange;
  readonly protocol: "istio-peer-exchange";
}

export type NetworkFilterConfig =
  | HttpConnectionManager
  | TcpProxy
  | NetworkRbac
  | MetadataExchange
  | TypedStruct<typeof ISTIO_FILTER_TYPE.stats>;

/** The last filter of a chain is terminal: HttpConnectionManager or TcpProxy. */
export interface NetworkFilter {
  readonly name: string;
  readonly typedConfig: NetworkFilterConfig;
}

/** All given conditions must hold; Envoy's order of specificity: destinationPort, prefixRanges, serverNames, transportProtocol, applicationProtocols. */
export interface FilterChainMatch {
  readonly destinationPort?: number;
  readonly prefixRanges?: readonly CidrRange[];
  /** Exact or `*.suffix`. */
  readonly serverNames?: readonly string[];
  readonly transportProtocol?: "tls" | "raw_buffer";
  readonly applicationProtocols?: readonly string[];
}

export interface FilterChain {
  readonly name?: string;
  readonly filterChainMatch?: FilterChainMatch;
  readonly transportSocket?: DownstreamTransportSocket;
  readonly filters: readonly NetworkFilter[];
  readonly metadata?: Metadata;
}

/** When a listener filter is left out: any of the destination port ranges (end exclusive). */
export interface ListenerFilterDisabled {
  readonly destinationPortRange?: { readonly start: number; readonly end: number };
  readonly orMatch?: { readonly rules: readonly ListenerFilterDisabled[] };
}

export interface ListenerFilter {
  readonly name:
    | "envoy.filters.listener.original_dst"
    | "envoy.filters.listener.tls_inspector"
    | "envoy.filters.listener.http_inspector";
  readonly typedConfig: { readonly "@type": string };
  readonly filterDisabled?: ListenerFilterDisabled;
}

export interface Listener {
  readonly "@type": typeof LISTENER_TYPE;
  /** The two static listeners 15090 and 15021 have none. */
  readonly name?: string;
  readonly address: Address;
  readonly additionalAddresses?: readonly { readonly address: Address }[];
  readonly filterChains?: readonly FilterChain[];
  readonly defaultFilterChain?: FilterChain;
  /** A connection is handed to the listener of its original destination, if there is one. */
  readonly useOriginalDst?: boolean;
  /** False: reached only by hand-over from a listener with useOriginalDst. Absent means true. */
  readonly bindToPort?: boolean;
  readonly listenerFilters?: readonly ListenerFilter[];
  readonly listenerFiltersTimeout?: Duration;
  readonly continueOnListenerFiltersTimeout?: boolean;
  readonly trafficDirection?: "INBOUND" | "OUTBOUND";
  readonly accessLog?: readonly AccessLog[];
  readonly metadata?: Metadata;
}
