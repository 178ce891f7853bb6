import {
  ACCESS_LOG_TYPE,
  type AccessLog,
  type HttpConnectionManager,
  type HttpFilter,
  NETWORK_FILTER_TYPE,
  type NetworkFilter,
  type RouteConfiguration,
  type TcpProxy,
  type Tracing,
} from "../../../xds/index.ts";
import { type MeshProxy, proxyLabels, proxyPod } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { canonicalName, canonicalRevision, workloadName } from "../push/registry.ts";
import { tcpMetadataExchange, tcpStats } from "./http-filters.ts";
import { adsSource } from "./tls-context.ts";

/** Istio's default line (pilot/pkg/model/telemetry_logging.go EnvoyTextLogFormat). */
const TEXT_FORMAT = [
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%"',
  "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS%",
  '"%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION%',
  '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%"',
  '"%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER% %UPSTREAM_LOCAL_ADDRESS%',
  "%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n",
].join(" ");

const JSON_FORMAT = {
  start_time: "%START_TIME%",
  method: "%REQ(:METHOD)%",
  path: "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
  protocol: "%PROTOCOL%",
  response_code: "%RESPONSE_CODE%",
  response_flags: "%RESPONSE_FLAGS%",
  response_code_details: "%RESPONSE_CODE_DETAILS%",
  connection_termination_details: "%CONNECTION_TERMINATION_DETAILS%",
  upstream_transport_failure_reason: "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
  bytes_received: "%BYTES_RECEIVED%",
  bytes_sent: "%BYTES_SENT%",
  duration: "%DURATION%",
  upstream_service_time: "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%",
  x_forwarded_for: "%REQ(X-FORWARDED-FOR)%",
  user_agent: "%REQ(USER-AGENT)%",
  request_id: "%REQ(X-REQUEST-ID)%",
  authority: "%REQ(:AUTHORITY)%",
  upstream_host: "%UPSTREAM_HOST%",
  upstream_cluster: "%UPSTREAM_CLUSTER%",
  upstream_local_address: "%UPSTREAM_LOCAL_ADDRESS%",
  downstream_local_address: "%DOWNSTREAM_LOCAL_ADDRESS%",
  downstream_remote_address: "%DOWNSTREAM_REMOTE_ADDRESS%",
  requested_server_name: "%REQUESTED_SERVER_NAME%",
  route_name: "%ROUTE_NAME%",
} as const;

export function accessLog(push: PushContext): readonly AccessLog[] {
  const { accessLogFile, accessLogFormat, accessLogEncoding } = push.mesh;
  if (!accessLogFile) return [];
  const logFormat =
    accessLogEncoding === "JSON"
      ? { jsonFormat: JSON_FORMAT }
      : { textFormatSource: { inlineString: accessLogFormat || TEXT_FORMAT } };
  return [
    {
      name: "envoy.access_loggers.file",
      typedConfig: { "@type": ACCESS_LOG_TYPE, path: accessLogFile, logFormat },
    },
  ];
}

/** A listener logs only what found no filter chain; the chains log the rest. */
export function listenerAccessLog(push: PushContext): readonly AccessLog[] {
  return accessLog(push).map((log) => ({ ...log, filter: { responseFlagFilter: { flags: ["NR"] } } }));
}

function tracing(proxy: MeshProxy, push: PushContext): Tracing {
  const labels = proxyLabels(proxy, push);
  const pod = proxyPod(proxy, push);
  const tag = (name: string, value: string) => ({ tag: `istio.${name}`, literal: { value } });
  return {
    clientSampling: { value: 100 },
    randomSampling: { value: push.traceSampling },
    overallSampling: { value: 100 },
    customTags: [
      tag("canonical_revision", canonicalRevision(labels)),
      tag("canonical_service", canonicalName(labels, pod ? workloadName(pod) : proxy.name)),
      tag("mesh_id", push.mesh.trustDomain),
      tag("namespace", proxy.namespace),
    ],
  };
}

export interface ConnectionManagerOptions {
  readonly proxy: MeshProxy;
  readonly push: PushContext;
  readonly statPrefix: string;
  readonly routes: { readonly routeConfig: RouteConfiguration } | { readonly rds: string };
  readonly httpFilters: readonly HttpFilter[];
  readonly kind: "inbound" | "outbound" | "gateway";
}

const BY_KIND = {
  inbound: {
    useRemoteAddress: false,
    forwardClientCertDetails: "APPEND_FORWARD",
    setCurrentClientCertDetails: { subject: true, dns: true, uri: true },
    serverName: "istio-envoy",
  },
  outbound: { useRemoteAddress: false },
  gateway: {
    useRemoteAddress: true,
    forwardClientCertDetails: "SANITIZE_SET",
    setCurrentClientCertDetails: { subject: true, cert: true, dns: true, uri: true },
    serverName: "istio-envoy",
  },
} as const;

export function connectionManager(options: ConnectionManagerOptions): NetworkFilter {
  const { proxy, push, routes } = options;
  const typedConfig: HttpConnectionManager = {
    "@type": NETWORK_FILTER_TYPE.httpConnectionManager,
    statPrefix: options.statPrefix,
    ...("rds" in routes ? { rds: { configSource: adsSource, routeConfigName: routes.rds } } : routes),
    httpFilters: options.httpFilters,
    ...(push.mesh.enableTracing ? { tracing: tracing(proxy, push) } : {}),
    streamIdleTimeout: "0s",
    accessLog: accessLog(push),
    ...BY_KIND[options.kind],
    upgradeConfigs: [{ upgradeType: "websocket" }],
    normalizePath: true,
    requestIdExtension: {
      typedConfig: {
        "@type": "type.googleapis.com/envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig",
        useRequestIdForTraceSampling: true,
      },
    },
    pathWithEscapedSlashesAction: "KEEP_UNCHANGED",
  };
  return { name: "envoy.filters.network.http_connection_manager", typedConfig };
}

export interface TcpOptions {
  readonly push: PushContext;
  readonly statPrefix: string;
  readonly target: Pick<TcpProxy, "cluster" | "weightedClusters">;
  readonly before?: readonly NetworkFilter[];
  /** Peers tell each other who they are: on both ends of mesh traffic, not where a connection is refused. */
  readonly exchange: boolean;
}

export function tcpProxyFilters(options: TcpOptions): readonly NetworkFilter[] {
  const typedConfig: TcpProxy = {
    "@type": NETWORK_FILTER_TYPE.tcpProxy,
    statPrefix: options.statPrefix,
    ...options.target,
    accessLog: accessLog(options.push),
  };
  return [
    ...(options.exchange ? [tcpMetadataExchange] : []),
    ...(options.before ?? []),
    tcpStats,
    { name: "envoy.filters.network.tcp_proxy", typedConfig },
  ];
}
