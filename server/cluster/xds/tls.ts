import type { ConfigSource, StringMatcher } from "./core.ts";

export const TLS_TYPE = {
  downstream: "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
  upstream: "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
  rawBuffer: "type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer",
  secret: "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
} as const;

export interface DataSource {
  readonly filename?: string;
  /** Base64. */
  readonly inlineBytes?: string;
  readonly inlineString?: string;
}

/** `default` and `ROOTCA` come from the agent (sds-grpc), `kubernetes://name` from istiod (ads), `file-root:/path` from a file. */
export interface SdsSecretConfig {
  readonly name: string;
  readonly sdsConfig: ConfigSource;
}

export interface TlsCertificate {
  readonly certificateChain: DataSource;
  readonly privateKey: DataSource;
}

export interface CertificateValidationContext {
  readonly trustedCa?: DataSource;
  readonly matchSubjectAltNames?: readonly StringMatcher[];
}

export interface CommonTlsContext {
  readonly alpnProtocols?: readonly string[];
  readonly tlsParams?: {
    readonly tlsMinimumProtocolVersion?: "TLSv1_0" | "TLSv1_1" | "TLSv1_2" | "TLSv1_3";
    readonly tlsMaximumProtocolVersion?: "TLSv1_0" | "TLSv1_1" | "TLSv1_2" | "TLSv1_3";
    readonly cipherSuites?: readonly string[];
  };
  readonly tlsCertificateSdsSecretConfigs?: readonly SdsSecretConfig[];
  readonly combinedValidationContext?: {
    readonly defaultValidationContext: CertificateValidationContext;
    readonly validationContextSdsSecretConfig: SdsSecretConfig;
  };
  readonly validationContextSdsSecretConfig?: SdsSecretConfig;
  readonly validationContext?: CertificateValidationContext;
}

export interface DownstreamTlsContext {
  readonly "@type": typeof TLS_TYPE.downstream;
  readonly commonTlsContext: CommonTlsContext;
  readonly requireClientCertificate?: boolean;
}

export interface UpstreamTlsContext {
  readonly "@type": typeof TLS_TYPE.upstream;
  readonly commonTlsContext: CommonTlsContext;
  readonly sni?: string;
}

export interface RawBuffer {
  readonly "@type": typeof TLS_TYPE.rawBuffer;
}

export type DownstreamTransportSocket = {
  readonly name: "envoy.transport_sockets.tls";
  readonly typedConfig: DownstreamTlsContext;
};

export type UpstreamTransportSocket =
  | { readonly name: "envoy.transport_sockets.tls"; readonly typedConfig: UpstreamTlsContext }
  | { readonly name: "envoy.transport_sockets.raw_buffer"; readonly typedConfig: RawBuffer };

export interface Secret {
  readonly "@type": typeof TLS_TYPE.secret;
  readonly name: string;
  readonly tlsCertificate?: TlsCertificate;
  readonly validationContext?: CertificateValidationContext;
}
