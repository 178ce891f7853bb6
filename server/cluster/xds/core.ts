/**
 * The part of Envoy's v3 configuration that istiod generates and the proxy executes, as proto3 JSON: camelCase names,
 * durations as text ("10s", "0.025s"), bytes as base64. Field names and meanings are Envoy's (envoy.config.*.v3).
 */

/** A protobuf Duration in JSON: seconds with an optional fraction, `10s`, `0.250s`. */
export type Duration = string;

export interface SocketAddress {
  readonly address: string;
  readonly portValue: number;
}

export interface Address {
  readonly socketAddress?: SocketAddress;
  readonly pipe?: { readonly path: string };
}

/** Facts by filter namespace; `istio` says which object made a resource, `envoy.transport_socket_match` chooses TLS. */
export interface Metadata {
  readonly filterMetadata: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface ConfigSource {
  readonly ads?: Record<string, never>;
  readonly apiConfigSource?: {
    readonly apiType: "GRPC" | "DELTA_GRPC";
    readonly transportApiVersion?: "V3";
    readonly setNodeOnFirstMessageOnly?: boolean;
    readonly grpcServices: readonly { readonly envoyGrpc: { readonly clusterName: string } }[];
  };
  readonly initialFetchTimeout?: Duration;
  readonly resourceApiVersion?: "V3";
}

/** Exactly one of the alternatives is set. `safeRegex` is RE2 and matches the whole text. */
export interface StringMatcher {
  readonly exact?: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly contains?: string;
  readonly safeRegex?: { readonly regex: string };
  readonly ignoreCase?: boolean;
}

/** `stringMatch` or `presentMatch`; the pseudo headers `:method`, `:authority`, `:scheme`, `:path` count as headers. */
export interface HeaderMatcher {
  readonly name: string;
  readonly stringMatch?: StringMatcher;
  readonly presentMatch?: boolean;
  readonly invertMatch?: boolean;
  readonly treatMissingHeaderAsEmpty?: boolean;
}

export interface FractionalPercent {
  readonly numerator: number;
  /** Absent means HUNDRED. */
  readonly denominator?: "HUNDRED" | "TEN_THOUSAND" | "MILLION";
}

export interface HeaderValue {
  readonly key: string;
  readonly value: string;
}

export interface HeaderValueOption {
  readonly header: HeaderValue;
  /** Absent means APPEND_IF_EXISTS_OR_ADD. */
  readonly appendAction?: "APPEND_IF_EXISTS_OR_ADD" | "ADD_IF_ABSENT" | "OVERWRITE_IF_EXISTS_OR_ADD";
}

export interface CidrRange {
  readonly addressPrefix: string;
  readonly prefixLen: number;
}

/** Configuration of an extension that has no typed message in Envoy itself (Istio's own filters). */
export interface TypedStruct<Url extends string = string> {
  readonly "@type": "type.googleapis.com/udpa.type.v1.TypedStruct";
  readonly typeUrl: Url;
  readonly value?: Readonly<Record<string, unknown>>;
}
