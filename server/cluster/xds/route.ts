import type {
  Duration,
  FractionalPercent,
  HeaderMatcher,
  HeaderValueOption,
  Metadata,
  StringMatcher,
  TypedStruct,
} from "./core.ts";
import type { PerRouteFilterConfig } from "./http-filters.ts";

export const ROUTE_TYPE = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";

export interface QueryParameterMatcher {
  readonly name: string;
  readonly stringMatch?: StringMatcher;
  readonly presentMatch?: boolean;
}

/** One of prefix, path, safeRegex, pathSeparatedPrefix is set; all given conditions must hold. */
export interface RouteMatch {
  readonly prefix?: string;
  readonly path?: string;
  readonly pathSeparatedPrefix?: string;
  readonly safeRegex?: { readonly regex: string };
  /** Absent means true. */
  readonly caseSensitive?: boolean;
  readonly headers?: readonly HeaderMatcher[];
  readonly queryParameters?: readonly QueryParameterMatcher[];
  readonly runtimeFraction?: { readonly defaultValue: FractionalPercent };
  /** What filters have found out, such as claims of a token. A list matches when one of it does. */
  readonly dynamicMetadata?: readonly MetadataMatcher[];
}

export interface MetadataMatcher {
  readonly filter: string;
  readonly path: readonly { readonly key: string }[];
  readonly value: { readonly stringMatch?: StringMatcher; readonly presentMatch?: boolean };
  readonly invert?: boolean;
}

export interface RetryPolicy {
  readonly retryOn: string;
  readonly numRetries?: number;
  readonly perTryTimeout?: Duration;
  readonly retriableStatusCodes?: readonly number[];
  readonly retryHostPredicate?: readonly { readonly name: string; readonly typedConfig?: unknown }[];
  readonly hostSelectionRetryMaxAttempts?: string;
  readonly retryPriority?: {
    readonly name: "envoy.retry_priorities.previous_priorities";
    readonly typedConfig: { readonly "@type": string; readonly updateFrequency: number };
  };
  readonly retryBackOff?: { readonly baseInterval: Duration; readonly maxInterval?: Duration };
}

export interface WeightedCluster {
  readonly name: string;
  readonly weight: number;
  readonly requestHeadersToAdd?: readonly HeaderValueOption[];
  readonly requestHeadersToRemove?: readonly string[];
  readonly responseHeadersToAdd?: readonly HeaderValueOption[];
  readonly responseHeadersToRemove?: readonly string[];
  readonly hostRewriteLiteral?: string;
}

export interface RequestMirrorPolicy {
  readonly cluster: string;
  readonly runtimeFraction?: { readonly defaultValue: FractionalPercent };
  readonly disableShadowHostSuffixAppend?: boolean;
}

export interface HashPolicy {
  readonly header?: { readonly headerName: string };
  readonly cookie?: { readonly name: string; readonly ttl?: Duration; readonly path?: string };
  readonly queryParameter?: { readonly name: string };
  readonly connectionProperties?: { readonly sourceIp: boolean };
}

export interface RouteAction {
  /** Either `cluster` or `weightedClusters`. */
  readonly cluster?: string;
  readonly weightedClusters?: {
    readonly clusters: readonly WeightedCluster[];
    readonly totalWeight?: number;
  };
  /** Response when the cluster does not exist; absent means SERVICE_UNAVAILABLE. */
  readonly clusterNotFoundResponseCode?: "SERVICE_UNAVAILABLE" | "NOT_FOUND" | "INTERNAL_SERVER_ERROR";
  readonly timeout?: Duration;
  readonly retryPolicy?: RetryPolicy;
  readonly hostRewriteLiteral?: string;
  readonly autoHostRewrite?: boolean;
  readonly prefixRewrite?: string;
  readonly regexRewrite?: { readonly pattern: { readonly regex: string }; readonly substitution: string };
  readonly requestMirrorPolicies?: readonly RequestMirrorPolicy[];
  readonly hashPolicy?: readonly HashPolicy[];
  readonly maxStreamDuration?: {
    readonly maxStreamDuration?: Duration;
    readonly grpcTimeoutHeaderMax?: Duration;
  };
}

export interface RedirectAction {
  readonly hostRedirect?: string;
  readonly portRedirect?: number;
  readonly pathRedirect?: string;
  readonly prefixRewrite?: string;
  readonly schemeRedirect?: string;
  readonly httpsRedirect?: boolean;
  /** Absent means MOVED_PERMANENTLY (301). */
  readonly responseCode?:
    | "MOVED_PERMANENTLY"
    | "FOUND"
    | "SEE_OTHER"
    | "TEMPORARY_REDIRECT"
    | "PERMANENT_REDIRECT";
}

export interface DirectResponseAction {
  readonly status: number;
  readonly body?: { readonly inlineString?: string; readonly inlineBytes?: string };
}

/** One of route, redirect, directResponse is set. */
export interface Route {
  readonly name?: string;
  readonly match: RouteMatch;
  readonly route?: RouteAction;
  readonly redirect?: RedirectAction;
  readonly directResponse?: DirectResponseAction;
  readonly metadata?: Metadata;
  readonly decorator?: { readonly operation: string };
  /** By HTTP filter name, e.g. `envoy.filters.http.fault`. */
  readonly typedPerFilterConfig?: Readonly<Record<string, PerRouteFilterConfig | TypedStruct>>;
  readonly requestHeadersToAdd?: readonly HeaderValueOption[];
  readonly requestHeadersToRemove?: readonly string[];
  readonly responseHeadersToAdd?: readonly HeaderValueOption[];
  readonly responseHeadersToRemove?: readonly string[];
}

export interface VirtualHost {
  readonly name: string;
  /** Exact, `*.suffix`, `prefix.*` or `*`; searched in that order, longest first. */
  readonly domains: readonly string[];
  readonly routes?: readonly Route[];
  readonly requireTls?: "NONE" | "EXTERNAL_ONLY" | "ALL";
  readonly includeRequestAttemptCount?: boolean;
  readonly typedPerFilterConfig?: Readonly<Record<string, PerRouteFilterConfig | TypedStruct>>;
}

export interface RouteConfiguration {
  /** Present when sent by RDS, absent inside a HttpConnectionManager. */
  readonly "@type"?: typeof ROUTE_TYPE;
  readonly name?: string;
  readonly virtualHosts: readonly VirtualHost[];
  readonly validateClusters?: boolean;
  readonly maxDirectResponseBodySizeBytes?: number;
  readonly ignorePortInHostMatching?: boolean;
  readonly requestHeadersToAdd?: readonly HeaderValueOption[];
}
