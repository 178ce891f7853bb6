import type { Address, ConfigSource, Duration, Metadata, SocketAddress } from "./core.ts";
import type { NetworkFilter } from "./listener.ts";
import type { UpstreamTransportSocket } from "./tls.ts";

export const CLUSTER_TYPE = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
export const ENDPOINT_TYPE = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
export const HTTP_PROTOCOL_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

export interface LbEndpoint {
  readonly endpoint: { readonly address: Address; readonly hostname?: string };
  /** `envoy.transport_socket_match` chooses the transport socket; `istio.workload` is `name;namespace;canonical name;revision;cluster`. */
  readonly metadata?: Metadata;
  /** Absent means HEALTHY as far as EDS knows. */
  readonly healthStatus?: "UNKNOWN" | "HEALTHY" | "UNHEALTHY" | "DRAINING" | "DEGRADED";
  readonly loadBalancingWeight?: number;
}

export interface LocalityLbEndpoints {
  readonly locality?: { readonly region?: string; readonly zone?: string; readonly subZone?: string };
  readonly lbEndpoints: readonly LbEndpoint[];
  readonly loadBalancingWeight?: number;
  /** 0 first. */
  readonly priority?: number;
}

export interface ClusterLoadAssignment {
  /** Present when sent by EDS, absent inside a Cluster. */
  readonly "@type"?: typeof ENDPOINT_TYPE;
  readonly clusterName: string;
  readonly endpoints?: readonly LocalityLbEndpoints[];
}

export interface CircuitBreakerThresholds {
  readonly maxConnections?: number;
  readonly maxPendingRequests?: number;
  readonly maxRequests?: number;
  readonly maxRetries?: number;
  readonly trackRemaining?: boolean;
}

export interface OutlierDetection {
  /** 0 switches the detector off; absent means Envoy's 5. */
  readonly consecutive5xx?: number;
  readonly consecutiveGatewayFailure?: number;
  readonly enforcingConsecutiveGatewayFailure?: number;
  readonly enforcingConsecutive5xx?: number;
  readonly enforcingSuccessRate?: number;
  readonly interval?: Duration;
  readonly baseEjectionTime?: Duration;
  readonly maxEjectionPercent?: number;
  /** What never got an answer is counted by itself. */
  readonly splitExternalLocalOriginErrors?: boolean;
  readonly consecutiveLocalOriginFailure?: number;
  readonly enforcingConsecutiveLocalOriginFailure?: number;
  readonly enforcingLocalOriginSuccessRate?: number;
}

/** New hosts get little at first, and more until the window is over. */
export interface SlowStart {
  readonly slowStartWindow: Duration;
  readonly aggression?: { readonly defaultValue: number; readonly runtimeKey: string };
  readonly minWeightPercent?: { readonly value: number };
}

export interface TransportSocketMatch {
  readonly name: string;
  /** Compared with the endpoint's metadata `envoy.transport_socket_match`; empty matches everything; first match wins. */
  readonly match?: Readonly<Record<string, string>>;
  readonly transportSocket: UpstreamTransportSocket;
}

export interface HttpProtocolOptions {
  readonly "@type": `type.googleapis.com/${typeof HTTP_PROTOCOL_OPTIONS}`;
  readonly commonHttpProtocolOptions?: {
    readonly maxRequestsPerConnection?: number;
    readonly idleTimeout?: Duration;
    readonly maxConnectionDuration?: Duration;
  };
  readonly explicitHttpConfig?: {
    readonly httpProtocolOptions?: Record<string, never>;
    readonly http2ProtocolOptions?: { readonly maxConcurrentStreams?: number };
  };
  /** Speak upstream what the downstream spoke. */
  readonly useDownstreamProtocolConfig?: {
    readonly httpProtocolOptions?: Record<string, never>;
    readonly http2ProtocolOptions?: Record<string, never>;
  };
}

export type LbPolicy =
  | "ROUND_ROBIN"
  | "LEAST_REQUEST"
  | "RANDOM"
  | "RING_HASH"
  | "MAGLEV"
  | "CLUSTER_PROVIDED";

export interface Cluster {
  readonly "@type": typeof CLUSTER_TYPE;
  readonly name: string;
  /** Absent means STATIC. */
  readonly type?: "EDS" | "STATIC" | "STRICT_DNS" | "ORIGINAL_DST";
  readonly edsClusterConfig?: { readonly edsConfig: ConfigSource; readonly serviceName: string };
  readonly loadAssignment?: ClusterLoadAssignment;
  readonly connectTimeout?: Duration;
  /** Absent means ROUND_ROBIN. */
  readonly lbPolicy?: LbPolicy;
  readonly ringHashLbConfig?: { readonly minimumRingSize?: string };
  readonly leastRequestLbConfig?: { readonly slowStartConfig?: SlowStart };
  readonly roundRobinLbConfig?: { readonly slowStartConfig?: SlowStart };
  readonly upstreamConnectionOptions?: {
    readonly tcpKeepalive: {
      readonly keepaliveProbes?: number;
      readonly keepaliveTime?: number;
      readonly keepaliveInterval?: number;
    };
  };
  readonly circuitBreakers?: { readonly thresholds: readonly CircuitBreakerThresholds[] };
  readonly outlierDetection?: OutlierDetection;
  readonly commonLbConfig?: {
    readonly localityWeightedLbConfig?: Record<string, never>;
    readonly healthyPanicThreshold?: { readonly value?: number };
  };
  readonly transportSocket?: UpstreamTransportSocket;
  readonly transportSocketMatches?: readonly TransportSocketMatch[];
  readonly filters?: readonly NetworkFilter[];
  readonly metadata?: Metadata;
  readonly upstreamBindConfig?: { readonly sourceAddress: SocketAddress };
  readonly typedExtensionProtocolOptions?: Readonly<
    Partial<Record<typeof HTTP_PROTOCOL_OPTIONS, HttpProtocolOptions>>
  >;
  readonly maxRequestsPerConnection?: number;
  readonly dnsRefreshRate?: Duration;
  readonly dnsLookupFamily?: "V4_ONLY" | "AUTO";
  readonly respectDnsTtl?: boolean;
  readonly altStatName?: string;
}
