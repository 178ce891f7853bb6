import {
  type ConfigSource,
  type DownstreamTransportSocket,
  type SdsSecretConfig,
  type StringMatcher,
  TLS_TYPE,
  type UpstreamTransportSocket,
} from "../../../xds/index.ts";
import type { ClientTls, ServerTls } from "../model/networking.ts";

const ADS: ConfigSource = { ads: {}, initialFetchTimeout: "0s", resourceApiVersion: "V3" };

/** The agent beside the proxy serves `default` and `ROOTCA` on its own socket. */
const AGENT_SDS: ConfigSource = {
  apiConfigSource: {
    apiType: "GRPC",
    transportApiVersion: "V3",
    setNodeOnFirstMessageOnly: true,
    grpcServices: [{ envoyGrpc: { clusterName: "sds-grpc" } }],
  },
  initialFetchTimeout: "0s",
  resourceApiVersion: "V3",
};

const agentSecret = (name: string): SdsSecretConfig => ({ name, sdsConfig: AGENT_SDS });
const adsSecret = (name: string): SdsSecretConfig => ({ name, sdsConfig: ADS });

const MESH_TLS_PARAMS = {
  tlsMinimumProtocolVersion: "TLSv1_2",
  tlsMaximumProtocolVersion: "TLSv1_3",
} as const;

const CIPHERS = [
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "AES256-GCM-SHA384",
  "AES128-GCM-SHA256",
] as const;

/** A sidecar's own side of mutual TLS: any identity of the trust domain is let in, policies decide later. */
export function inboundMutualTls(
  trustDomain: string,
  alpnProtocols: readonly string[],
): DownstreamTransportSocket {
  return {
    name: "envoy.transport_sockets.tls",
    typedConfig: {
      "@type": TLS_TYPE.downstream,
      commonTlsContext: {
        tlsParams: { ...MESH_TLS_PARAMS, cipherSuites: CIPHERS },
        alpnProtocols,
        tlsCertificateSdsSecretConfigs: [agentSecret("default")],
        combinedValidationContext: {
          defaultValidationContext: { matchSubjectAltNames: [{ prefix: `spiffe://${trustDomain}/` }] },
          validationContextSdsSecretConfig: agentSecret("ROOTCA"),
        },
      },
      requireClientCertificate: true,
    },
  };
}

export interface UpstreamIdentity {
  readonly sni: string;
  /** The SPIFFE names the server may present; none: any that the root signed. */
  readonly subjectAltNames: readonly string[];
  readonly http2: boolean;
}

export function outboundMutualTls(identity: UpstreamIdentity): UpstreamTransportSocket {
  const matches = identity.subjectAltNames.map((exact): StringMatcher => ({ exact }));
  return {
    name: "envoy.transport_sockets.tls",
    typedConfig: {
      "@type": TLS_TYPE.upstream,
      commonTlsContext: {
        tlsParams: MESH_TLS_PARAMS,
        alpnProtocols: ["istio-peer-exchange", "istio", ...(identity.http2 ? ["h2"] : [])],
        tlsCertificateSdsSecretConfigs: [agentSecret("default")],
        combinedValidationContext: {
          defaultValidationContext: matches.length > 0 ? { matchSubjectAltNames: matches } : {},
          validationContextSdsSecretConfig: agentSecret("ROOTCA"),
        },
      },
      sni: identity.sni,
    },
  };
}

/** SIMPLE and MUTUAL: TLS that the DestinationRule describes itself. */
export function outboundCustomTls(tls: ClientTls, http2: boolean): UpstreamTransportSocket {
  const matches = (tls.subjectAltNames ?? []).map((exact): StringMatcher => ({ exact }));
  const validation = matches.length > 0 ? { matchSubjectAltNames: matches } : {};
  return {
    name: "envoy.transport_sockets.tls",
    typedConfig: {
      "@type": TLS_TYPE.upstream,
      commonTlsContext: {
        ...(http2 ? { alpnProtocols: ["h2"] } : {}),
        ...(tls.mode === "MUTUAL" && tls.clientCertificate
          ? {
              tlsCertificateSdsSecretConfigs: [
                agentSecret(`file-cert:${tls.clientCertificate}~${tls.privateKey ?? ""}`),
              ],
            }
          : {}),
        ...(tls.insecureSkipVerify
          ? {}
          : {
              combinedValidationContext: {
                defaultValidationContext: validation,
                validationContextSdsSecretConfig: agentSecret(
                  // Without a CA of its own the rule trusts what the operating system trusts.
                  tls.caCertificates ? `file-root:${tls.caCertificates}` : "file-root:system",
                ),
              },
            }),
      },
      ...(tls.sni ? { sni: tls.sni } : {}),
    },
  };
}

export const plaintext: UpstreamTransportSocket = {
  name: "envoy.transport_sockets.raw_buffer",
  typedConfig: { "@type": TLS_TYPE.rawBuffer },
};

type TlsVersion = "TLSv1_0" | "TLSv1_1" | "TLSv1_2" | "TLSv1_3";

const VERSIONS: ReadonlyMap<string, TlsVersion> = new Map([
  ["TLSV1_0", "TLSv1_0"],
  ["TLSV1_1", "TLSv1_1"],
  ["TLSV1_2", "TLSv1_2"],
  ["TLSV1_3", "TLSv1_3"],
]);

/** A gateway server's TLS. Undefined: the gateway does not end TLS (PASSTHROUGH). */
/** Names of the Gateway API say their scheme and namespace themselves. */
const credential = (name: string): string =>
  name.startsWith("kubernetes-gateway://") ? name : `kubernetes://${name}`;

export function gatewayTls(tls: ServerTls, trustDomain: string): DownstreamTransportSocket | undefined {
  const alpnProtocols = ["h2", "http/1.1"];
  if (tls.mode === "PASSTHROUGH" || tls.mode === "AUTO_PASSTHROUGH") return undefined;
  if (tls.mode === "ISTIO_MUTUAL") return inboundMutualTls(trustDomain, alpnProtocols);
  const mutual = tls.mode === "MUTUAL" || tls.mode === "OPTIONAL_MUTUAL";
  const certificate = tls.credentialName
    ? adsSecret(credential(tls.credentialName))
    : agentSecret(`file-cert:${tls.serverCertificate ?? ""}~${tls.privateKey ?? ""}`);
  const authority = tls.credentialName
    ? adsSecret(`${credential(tls.credentialName)}-cacert`)
    : agentSecret(`file-root:${tls.caCertificates ?? ""}`);
  const maximum = VERSIONS.get(tls.maxProtocolVersion ?? "");
  const names = (tls.subjectAltNames ?? []).map((exact): StringMatcher => ({ exact }));
  return {
    name: "envoy.transport_sockets.tls",
    typedConfig: {
      "@type": TLS_TYPE.downstream,
      commonTlsContext: {
        tlsParams: {
          tlsMinimumProtocolVersion: VERSIONS.get(tls.minProtocolVersion ?? "") ?? "TLSv1_2",
          ...(maximum ? { tlsMaximumProtocolVersion: maximum } : {}),
          ...(tls.cipherSuites?.length ? { cipherSuites: tls.cipherSuites } : {}),
        },
        alpnProtocols,
        tlsCertificateSdsSecretConfigs: [certificate],
        ...(mutual
          ? {
              combinedValidationContext: {
                defaultValidationContext: names.length > 0 ? { matchSubjectAltNames: names } : {},
                validationContextSdsSecretConfig: authority,
              },
            }
          : {}),
      },
      requireClientCertificate: tls.mode === "MUTUAL",
    },
  };
}

export const adsSource = ADS;
