import type { Duration, HeaderValueOption } from "./core.ts";

export interface CustomTag {
  readonly tag: string;
  readonly literal?: { readonly value: string };
  readonly environment?: { readonly name: string; readonly defaultValue?: string };
  readonly requestHeader?: { readonly name: string; readonly defaultValue?: string };
  /** A format as access logs have it, e.g. `%REQ(:PATH)%`. */
  readonly value?: string;
}

export const TRACER_TYPE = {
  zipkin: "type.googleapis.com/envoy.config.trace.v3.ZipkinConfig",
  openTelemetry: "type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig",
} as const;

/** A collector that is asked by HTTP; `uri` gives the host and the path, `cluster` where they are. */
export interface CollectorService {
  readonly httpUri: { readonly uri: string; readonly cluster: string; readonly timeout?: Duration };
  readonly requestHeadersToAdd?: readonly HeaderValueOption[];
}

export interface ZipkinTracer {
  readonly name: "envoy.tracers.zipkin";
  readonly typedConfig: {
    readonly "@type": typeof TRACER_TYPE.zipkin;
    /** Either these or `collectorService`. */
    readonly collectorCluster?: string;
    readonly collectorEndpoint?: string;
    readonly collectorEndpointVersion?: "HTTP_JSON";
    readonly collectorHostname?: string;
    readonly traceId128bit?: boolean;
    readonly sharedSpanContext?: boolean;
    readonly collectorService?: CollectorService;
    /** Absent: B3 alone. */
    readonly traceContextOption?: "USE_B3_WITH_W3C_PROPAGATION";
  };
}

export interface OpenTelemetryTracer {
  readonly name: "envoy.tracers.opentelemetry";
  readonly typedConfig: {
    readonly "@type": typeof TRACER_TYPE.openTelemetry;
    /** Either this or `httpService`. */
    readonly grpcService?: {
      readonly envoyGrpc: { readonly clusterName: string; readonly authority?: string };
      readonly timeout?: Duration;
      readonly initialMetadata?: readonly { readonly key: string; readonly value: string }[];
    };
    readonly httpService?: CollectorService;
    readonly serviceName?: string;
  };
}

/** Where spans go, and in which form; collectors are reached through a cluster. */
export type TracerProvider = ZipkinTracer | OpenTelemetryTracer;

export interface Tracing {
  /** Absent: the tracer of the bootstrap. */
  readonly provider?: TracerProvider;
  readonly clientSampling?: { readonly value: number };
  readonly randomSampling?: { readonly value: number };
  readonly overallSampling?: { readonly value: number };
  readonly customTags?: readonly CustomTag[];
  readonly maxPathTagLength?: number;
  /** Every try upstream has a span of its own below the request's. */
  readonly spawnUpstreamSpan?: boolean;
}
