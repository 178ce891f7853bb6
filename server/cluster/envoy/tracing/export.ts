import type { Bootstrap, CollectorService, TracerProvider } from "../../xds/index.ts";
import { envoyVersion } from "../agent/node.ts";
import { milliseconds } from "../duration.ts";
import { REPORT_MS } from "./limits.ts";
import { grpcFrame, otlpRequest } from "./otlp.ts";
import type { Collector, Reports } from "./reporter.ts";
import type { FinishedSpan } from "./span.ts";
import { b3, b3WithW3c } from "./trace-context.ts";
import { openTelemetryStyle, type TracerStyle, zipkinStyle } from "./tracer.ts";
import { zipkinJson } from "./zipkin.ts";

/** How a provider's spans are made, where they go and in which form. */
export interface Export {
  readonly style: TracerStyle;
  readonly collector: Collector;
  readonly reports: Reports;
  encode(spans: readonly FinishedSpan[]): Buffer;
}

const EXPORT_PATH = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

export interface Exporting {
  readonly bootstrap: Bootstrap;
  /** The pod's own address. */
  readonly ip: string;
}

export function exportOf(provider: TracerProvider, { bootstrap, ip }: Exporting): Export {
  const { node } = bootstrap;
  if (provider.name === "envoy.tracers.zipkin") {
    const { typedConfig: config } = provider;
    const { collectorService, collectorCluster: cluster = "", collectorEndpoint: path = "" } = config;
    const json = { contentType: "application/json", grpc: false };
    return {
      style: zipkinStyle(config.traceContextOption ? b3WithW3c : b3),
      collector: collectorService
        ? { ...json, ...askedByHttp(collectorService) }
        : {
            ...json,
            cluster,
            path,
            authority: config.collectorHostname || cluster,
            headers: [],
            timeout: REPORT_MS,
          },
      reports: ZIPKIN_REPORTS,
      encode: (spans) =>
        Buffer.from(JSON.stringify(zipkinJson(spans, { serviceName: node.cluster, ipv4: ip }))),
    };
  }
  const { grpcService, httpService, serviceName = "" } = provider.typedConfig;
  const resource = {
    ...(serviceName ? { "service.name": serviceName } : {}),
    "telemetry.sdk.language": "cpp",
    "telemetry.sdk.name": "envoy",
    "telemetry.sdk.version": envoyVersion(String(node.metadata.ISTIO_VERSION ?? "")),
  };
  const encode = (spans: readonly FinishedSpan[]) => otlpRequest(spans, resource);
  const style = openTelemetryStyle;
  if (httpService) {
    const collector: Collector = {
      contentType: "application/x-protobuf",
      grpc: false,
      ...askedByHttp(httpService),
    };
    return { style, collector, reports: OTLP_HTTP_REPORTS, encode };
  }
  const { clusterName: cluster = "", authority = cluster } = grpcService?.envoyGrpc ?? {};
  const collector: Collector = {
    cluster,
    path: EXPORT_PATH,
    authority,
    contentType: "application/grpc",
    timeout: milliseconds(grpcService?.timeout) || REPORT_MS,
    grpc: true,
    headers: (grpcService?.initialMetadata ?? []).map(({ key, value }) => [key, value] as const),
  };
  return { style, collector, reports: OTLP_GRPC_REPORTS, encode: (spans) => grpcFrame(encode(spans)) };
}

/** Host and path of a URI that may lack its scheme (Envoy http/utility.cc extractHostPathFromUri). */
function askedByHttp({
  httpUri,
  requestHeadersToAdd = [],
}: CollectorService): Omit<Collector, "contentType" | "grpc"> {
  const rest = httpUri.uri.replace(/^[a-z]+:\/\//, "");
  const slash = rest.indexOf("/");
  return {
    cluster: httpUri.cluster,
    path: slash < 0 ? "/" : rest.slice(slash),
    authority: slash < 0 ? rest : rest.slice(0, slash),
    timeout: milliseconds(httpUri.timeout) || REPORT_MS,
    headers: requestHeadersToAdd.map(({ header }) => [header.key, header.value] as const),
  };
}

const ZIPKIN_REPORTS: Reports = {
  prefix: "envoy_tracing_zipkin_",
  noCluster: "reports_skipped_no_cluster",
  sent: "reports_sent",
  refused: "reports_dropped",
  accepts: (status) => status === 202,
};

const OTLP_HTTP_REPORTS: Reports = {
  prefix: "envoy_tracing_opentelemetry_",
  sent: "http_reports_success",
  refused: "http_reports_failed",
  accepts: (status) => status === 200,
};

const OTLP_GRPC_REPORTS: Reports = {
  prefix: "envoy_tracing_opentelemetry_",
  accepts: (status) => status === 200,
};
