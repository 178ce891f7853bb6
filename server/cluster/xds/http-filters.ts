import type {
  CidrRange,
  Duration,
  FractionalPercent,
  HeaderMatcher,
  HeaderValueOption,
  StringMatcher,
  TypedStruct,
} from "./core.ts";

export const HTTP_FILTER_TYPE = {
  router: "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
  fault: "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault",
  cors: "type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors",
  corsPolicy: "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy",
  rbac: "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
  grpcStats: "type.googleapis.com/envoy.extensions.filters.http.grpc_stats.v3.FilterConfig",
  alpn: "type.googleapis.com/istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig",
  jwt: "type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
  localRateLimit: "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
} as const;

/** Type of Istio's own filters inside a TypedStruct. */
export const ISTIO_FILTER_TYPE = {
  peerMetadata: "type.googleapis.com/io.istio.http.peer_metadata.Config",
  stats: "type.googleapis.com/stats.PluginConfig",
} as const;

export interface Router {
  readonly "@type": typeof HTTP_FILTER_TYPE.router;
}

export interface HTTPFault {
  readonly "@type": typeof HTTP_FILTER_TYPE.fault;
  readonly delay?: { readonly fixedDelay: Duration; readonly percentage?: FractionalPercent };
  readonly abort?: {
    readonly httpStatus?: number;
    readonly grpcStatus?: number;
    readonly percentage?: FractionalPercent;
  };
}

export interface Cors {
  readonly "@type": typeof HTTP_FILTER_TYPE.cors;
}

export interface CorsPolicy {
  readonly "@type": typeof HTTP_FILTER_TYPE.corsPolicy;
  readonly allowOriginStringMatch?: readonly StringMatcher[];
  readonly allowMethods?: string;
  readonly allowHeaders?: string;
  readonly exposeHeaders?: string;
  readonly maxAge?: string;
  readonly allowCredentials?: boolean;
  /** Absent: true. */
  readonly forwardNotMatchingPreflights?: boolean;
  readonly filterEnabled?: { readonly defaultValue: FractionalPercent };
}

export interface GrpcStats {
  readonly "@type": typeof HTTP_FILTER_TYPE.grpcStats;
  readonly emitFilterState?: boolean;
  readonly statsForAllMethods?: boolean;
}

/** Swaps the ALPN offered upstream by the protocol of the request (`istio-http/1.1`, `istio-h2`). */
export interface AlpnFilter {
  readonly "@type": typeof HTTP_FILTER_TYPE.alpn;
  readonly alpnOverride: readonly {
    /** Absent means HTTP10. */
    readonly upstreamProtocol?: "HTTP10" | "HTTP11" | "HTTP2";
    readonly alpnOverride: readonly string[];
  }[];
}

/** Exactly one alternative is set; rule sets are what AND and OR are made of. */
export interface Permission {
  readonly any?: boolean;
  readonly andRules?: { readonly rules: readonly Permission[] };
  readonly orRules?: { readonly rules: readonly Permission[] };
  readonly notRule?: Permission;
  readonly header?: HeaderMatcher;
  readonly urlPath?: { readonly path: StringMatcher };
  readonly destinationIp?: CidrRange;
  readonly destinationPort?: number;
  readonly requestedServerName?: StringMatcher;
}

export interface Principal {
  readonly any?: boolean;
  readonly andIds?: { readonly ids: readonly Principal[] };
  readonly orIds?: { readonly ids: readonly Principal[] };
  readonly notId?: Principal;
  readonly authenticated?: { readonly principalName?: StringMatcher };
  readonly directRemoteIp?: CidrRange;
  readonly remoteIp?: CidrRange;
  readonly header?: HeaderMatcher;
  readonly metadata?: {
    readonly filter: string;
    readonly path: readonly { readonly key: string }[];
    readonly value: {
      readonly stringMatch?: StringMatcher;
      readonly listMatch?: { readonly oneOf: { readonly stringMatch: StringMatcher } };
    };
  };
}

export interface RbacRules {
  /** Absent means ALLOW. */
  readonly action?: "ALLOW" | "DENY" | "LOG";
  /** By name, `ns[foo]-policy[bar]-rule[0]`; a request matches a policy by one of its permissions and one of its principals. */
  readonly policies?: Readonly<
    Record<string, { readonly permissions: readonly Permission[]; readonly principals: readonly Principal[] }>
  >;
}

export interface HttpRbac {
  readonly "@type": typeof HTTP_FILTER_TYPE.rbac;
  /** Present and without policies under ALLOW: everything is refused. Absent: the filter does nothing. */
  readonly rules?: RbacRules;
  readonly shadowRules?: RbacRules;
  readonly shadowRulesStatPrefix?: string;
}

export interface JwtProvider {
  readonly issuer: string;
  readonly audiences?: readonly string[];
  readonly localJwks?: { readonly inlineString: string };
  /** Keep the token in the request that goes on. */
  readonly forward?: boolean;
  /** Gets the payload as base64url. */
  readonly forwardPayloadHeader?: string;
  readonly claimToHeaders?: readonly { readonly headerName: string; readonly claimName: string }[];
  readonly fromHeaders?: readonly { readonly name: string; readonly valuePrefix?: string }[];
  readonly fromParams?: readonly string[];
  readonly fromCookies?: readonly string[];
  readonly payloadInMetadata?: string;
  /** The route is chosen again after the token was read: matchers may ask for its claims. */
  readonly clearRouteCache?: boolean;
  /** These claims become lists in the metadata when they are texts. */
  readonly normalizePayloadInMetadata?: { readonly spaceDelimitedClaims: readonly string[] };
}

export interface JwtRequirement {
  readonly providerName?: string;
  readonly requiresAny?: { readonly requirements: readonly JwtRequirement[] };
  readonly requiresAll?: { readonly requirements: readonly JwtRequirement[] };
  readonly allowMissing?: Record<string, never>;
  readonly allowMissingOrFailed?: Record<string, never>;
}

export interface JwtAuthentication {
  readonly "@type": typeof HTTP_FILTER_TYPE.jwt;
  readonly providers: Readonly<Record<string, JwtProvider>>;
  readonly rules: readonly {
    readonly match: { readonly prefix: string };
    readonly requires: JwtRequirement;
  }[];
  readonly bypassCorsPreflight?: boolean;
}

/** Fills `tokensPerFill` tokens (absent: 1) every interval, `maxTokens` at most. */
export interface TokenBucket {
  readonly maxTokens: number;
  readonly tokensPerFill?: number;
  readonly fillInterval: Duration;
}

interface RuntimeFraction {
  readonly runtimeKey?: string;
  readonly defaultValue?: FractionalPercent;
}

/** Does nothing without a bucket, and nothing unless both fractions say so (absent: 0 %). */
export interface LocalRateLimit {
  readonly "@type": typeof HTTP_FILTER_TYPE.localRateLimit;
  readonly statPrefix: string;
  readonly tokenBucket?: TokenBucket;
  readonly filterEnabled?: RuntimeFraction;
  readonly filterEnforced?: RuntimeFraction;
  readonly status?: { readonly code?: number | string };
  readonly responseHeadersToAdd?: readonly HeaderValueOption[];
  readonly localRateLimitPerDownstreamConnection?: boolean;
}

export type HttpFilterConfig =
  | LocalRateLimit
  | Router
  | HTTPFault
  | Cors
  | GrpcStats
  | AlpnFilter
  | HttpRbac
  | JwtAuthentication
  | TypedStruct<(typeof ISTIO_FILTER_TYPE)[keyof typeof ISTIO_FILTER_TYPE]>;

export interface HttpFilter {
  /** `envoy.filters.http.{router,fault,cors,rbac,grpc_stats,jwt_authn}`, `istio.metadata_exchange`, `istio.stats`, `istio.alpn`. */
  readonly name: string;
  readonly typedConfig: HttpFilterConfig;
}

/** What a route may say to a filter. */
export type PerRouteFilterConfig = HTTPFault | CorsPolicy | LocalRateLimit;
