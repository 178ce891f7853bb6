import { type CollectorService, TRACER_TYPE, type TracerProvider } from "../../../xds/index.ts";
import type { HttpCollector, TracingProvider } from "../push/mesh-tracing.ts";
import { type MeshProxy, proxyLabels } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { canonicalName } from "../push/registry.ts";
import { duration } from "./durations.ts";
import { outboundCluster } from "./names.ts";

interface Collector {
  readonly host: string;
  readonly cluster: string;
}

/**
 * The tracer of a provider. Undefined: its collector is not in the mesh, nothing is traced, as upstream (there with a
 * line in istiod's log). Follows core/tracing.go configureFromProviderConfig; samplers and resource detectors are left out.
 */
export function tracerOf(
  provider: TracingProvider,
  proxy: MeshProxy,
  push: PushContext,
): TracerProvider | undefined {
  const collector = collectorOf(provider, push);
  if (!collector) return undefined;
  return provider.kind === "zipkin"
    ? zipkin(provider, collector, push)
    : openTelemetry(provider, collector, { proxy, push });
}

/** `namespace/host` names one service; a host alone must be there once. The port is taken at its word. */
function collectorOf({ service, port }: TracingProvider, push: PushContext): Collector | undefined {
  const [namespace, name, ...more] = service.includes("/") ? service.split("/") : [undefined, service];
  if (more.length > 0) return undefined;
  const found = push.services.filter(
    (one) => one.hostname === name && (namespace === undefined || one.namespace === namespace),
  );
  const [first] = found;
  if (!first || new Set(found.map((one) => one.namespace)).size > 1) return undefined;
  return { host: first.hostname, cluster: outboundCluster(port, "", first.hostname) };
}

function zipkin(
  provider: Extract<TracingProvider, { kind: "zipkin" }>,
  { host, cluster }: Collector,
  { gates }: PushContext,
): TracerProvider {
  const always = {
    "@type": TRACER_TYPE.zipkin,
    collectorEndpointVersion: "HTTP_JSON",
    traceId128bit: !provider.traceId64,
    sharedSpanContext: false,
  } as const;
  const w3c = gates.zipkinTakesW3c && provider.w3c;
  const option = w3c ? ({ traceContextOption: "USE_B3_WITH_W3C_PROPAGATION" } as const) : {};
  const path = provider.path || "/api/v2/spans";
  const name = "envoy.tracers.zipkin";
  if (gates.zipkinCollectorService) {
    const service = { ...provider, path, timeout: provider.timeout ?? "5s" };
    const collectorService = askedByHttp(`http://${host}${path}`, cluster, service);
    return { name, typedConfig: { ...always, collectorService, ...option } };
  }
  const legacy = { collectorCluster: cluster, collectorEndpoint: "/api/v2/spans", collectorHostname: host };
  return { name, typedConfig: { ...always, ...legacy, ...option } };
}

function openTelemetry(
  provider: Extract<TracingProvider, { kind: "opentelemetry" }>,
  { host, cluster }: Collector,
  { proxy, push }: { readonly proxy: MeshProxy; readonly push: PushContext },
): TracerProvider {
  const always = {
    "@type": TRACER_TYPE.openTelemetry,
    serviceName: `${canonicalName(proxyLabels(proxy, push), proxy.name)}.${proxy.namespace}`,
  } as const;
  const name = "envoy.tracers.opentelemetry";
  const { http, grpc } = provider;
  if (http && push.gates.openTelemetryOverHttp) {
    const uri = `${host}/${http.path.replace(/^\/+/, "")}`;
    return { name, typedConfig: { ...always, httpService: askedByHttp(uri, cluster, http) } };
  }
  const known = push.gates.openTelemetryOverHttp ? grpc : undefined;
  const timeout = duration(known?.timeout);
  const initialMetadata = (known?.headers ?? []).map((one) => ({ key: one.name, value: one.value }));
  const grpcService = {
    envoyGrpc: { clusterName: cluster, authority: host },
    ...(timeout ? { timeout } : {}),
    ...(initialMetadata.length > 0 ? { initialMetadata } : {}),
  };
  return { name, typedConfig: { ...always, grpcService } };
}

function askedByHttp(uri: string, cluster: string, http: HttpCollector): CollectorService {
  const timeout = duration(http.timeout);
  const headers = http.headers.map(
    ({ name: key, value }) =>
      ({ header: { key, value }, appendAction: "OVERWRITE_IF_EXISTS_OR_ADD" }) as const,
  );
  return {
    httpUri: { uri, cluster, ...(timeout ? { timeout } : {}) },
    ...(headers.length > 0 ? { requestHeadersToAdd: headers } : {}),
  };
}
