/**
 * The aggregated discovery stream between a proxy (pilot-agent) and istiod, port 15012, inside the practice network.
 * Upstream speaks gRPC; here the same messages (field names of envoy.service.discovery.v3, proto3 JSON) travel as one
 * JSON text per line over the same TLS connection. Nobody outside the practice cluster sees this wire.
 */
export const TYPE_URL = {
  cluster: "type.googleapis.com/envoy.config.cluster.v3.Cluster",
  endpoint: "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
  listener: "type.googleapis.com/envoy.config.listener.v3.Listener",
  route: "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
  secret: "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
} as const;

export type TypeUrl = (typeof TYPE_URL)[keyof typeof TYPE_URL];

/** Who asks. `id` is `sidecar~IP~POD.NS~NS.svc.cluster.local` (gateways `router~…`). */
export interface XdsNode {
  readonly id: string;
  readonly cluster: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly userAgentName?: string;
  readonly userAgentBuildVersion?: {
    readonly version: { readonly majorNumber: number; readonly minorNumber: number };
    readonly metadata: Readonly<Record<string, string>>;
  };
  /** Of the machine that the proxy runs on. */
  readonly locality?: { readonly region?: string; readonly zone?: string; readonly subZone?: string };
}

export interface DiscoveryRequest {
  readonly typeUrl: TypeUrl;
  /** Version last accepted; with responseNonce and no errorDetail this is an ACK, with errorDetail a NACK. */
  readonly versionInfo?: string;
  readonly responseNonce?: string;
  readonly errorDetail?: { readonly code: number; readonly message: string };
  /** EDS, RDS and SDS name what they want; CDS and LDS leave it out. */
  readonly resourceNames?: readonly string[];
  /** On the first request of a stream. */
  readonly node?: XdsNode;
}

export interface DiscoveryResponse {
  readonly typeUrl: TypeUrl;
  readonly versionInfo: string;
  readonly nonce: string;
  readonly resources: readonly unknown[];
}

/** IstioCertificateService.CreateCertificate. `token` is the pod's istio-token (audience istio-ca). */
export interface CertificateRequest {
  readonly csr: string;
  readonly token: string;
  readonly validitySeconds: number;
}

/** PEM texts, leaf first, root last; or why not. */
export type CertificateResponse = { readonly certChain: readonly string[] } | { readonly error: string };

/** What a client sends on a connection: a discovery stream, or one certificate call. */
export type ClientMessage =
  | { readonly kind: "discovery"; readonly token: string; readonly request: DiscoveryRequest }
  | { readonly kind: "certificate"; readonly request: CertificateRequest };

export type ServerMessage =
  | { readonly kind: "discovery"; readonly response: DiscoveryResponse }
  | { readonly kind: "certificate"; readonly response: CertificateResponse }
  | { readonly kind: "error"; readonly message: string };

/** One line may not be longer (a full CDS push of 300 services is about 1 MiB). A longer one ends the stream. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;
