import {
  ACCESS_LOG_TYPE,
  type Bootstrap,
  CLUSTER_TYPE,
  type Cluster,
  type ClusterLoadAssignment,
  ENDPOINT_TYPE,
  type FilterChain,
  HTTP_FILTER_TYPE,
  HTTP_PROTOCOL_OPTIONS,
  type HttpConnectionManager,
  type HttpFilter,
  ISTIO_FILTER_TYPE,
  LISTENER_TYPE,
  type Listener,
  NETWORK_FILTER_TYPE,
  ROUTE_TYPE,
  type Route,
  type RouteConfiguration,
  TLS_TYPE,
} from "../../xds/index.ts";

/** Small Envoy configurations in the form istiod generates, for tests and the benchmark. */

export const LOG_FORMAT =
  '%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL% %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %UPSTREAM_CLUSTER% %ROUTE_NAME%\n';

const sds = (name: string) => ({ name, sdsConfig: { ads: {} } });
const stats = (name: string): HttpFilter => ({
  name,
  typedConfig: {
    "@type": "type.googleapis.com/udpa.type.v1.TypedStruct",
    typeUrl: name === "istio.stats" ? ISTIO_FILTER_TYPE.stats : ISTIO_FILTER_TYPE.peerMetadata,
  },
});
const ROUTER: HttpFilter = {
  name: "envoy.filters.http.router",
  typedConfig: { "@type": HTTP_FILTER_TYPE.router },
};
const FAULT: HttpFilter = {
  name: "envoy.filters.http.fault",
  typedConfig: { "@type": HTTP_FILTER_TYPE.fault },
};
const ALPN: HttpFilter = {
  name: "istio.alpn",
  typedConfig: {
    "@type": HTTP_FILTER_TYPE.alpn,
    alpnOverride: [
      { upstreamProtocol: "HTTP11", alpnOverride: ["istio-http/1.1", "istio", "http/1.1"] },
      { upstreamProtocol: "HTTP2", alpnOverride: ["istio-h2", "istio", "h2"] },
    ],
  },
};

export function manager(
  over: Partial<HttpConnectionManager>,
  filters: readonly HttpFilter[] = [],
): FilterChain["filters"][number] {
  return {
    name: "envoy.filters.network.http_connection_manager",
    typedConfig: {
      "@type": NETWORK_FILTER_TYPE.httpConnectionManager,
      statPrefix: "test",
      httpFilters: [stats("istio.metadata_exchange"), ...filters, ALPN, FAULT, stats("istio.stats"), ROUTER],
      upgradeConfigs: [{ upgradeType: "websocket" }],
      accessLog: [
        {
          name: "envoy.access_loggers.file",
          typedConfig: {
            "@type": ACCESS_LOG_TYPE,
            path: "/dev/stdout",
            logFormat: { textFormatSource: { inlineString: LOG_FORMAT } },
          },
        },
      ],
      ...over,
    },
  };
}

export function inboundTls(): NonNullable<FilterChain["transportSocket"]> {
  return {
    name: "envoy.transport_sockets.tls",
    typedConfig: {
      "@type": TLS_TYPE.downstream,
      requireClientCertificate: true,
      commonTlsContext: {
        alpnProtocols: ["h2", "http/1.1"],
        tlsCertificateSdsSecretConfigs: [sds("default")],
        combinedValidationContext: {
          defaultValidationContext: { matchSubjectAltNames: [{ prefix: "spiffe://cluster.local/" }] },
          validationContextSdsSecretConfig: sds("ROOTCA"),
        },
      },
    },
  };
}

/** virtualInbound for one HTTP port. */
export function inbound(
  port: number,
  mode: "STRICT" | "PERMISSIVE",
  filters: readonly HttpFilter[] = [],
): Listener {
  const hcm = manager(
    {
      statPrefix: `inbound_0.0.0.0_${port};`,
      serverName: "istio-envoy",
      forwardClientCertDetails: "APPEND_FORWARD",
      setCurrentClientCertDetails: { subject: true, dns: true, uri: true },
      routeConfig: {
        name: `inbound|${port}||`,
        virtualHosts: [
          {
            name: `inbound|http|${port}`,
            domains: ["*"],
            routes: [
              {
                name: "default",
                match: { prefix: "/" },
                route: { cluster: `inbound|${port}||`, timeout: "0s" },
                decorator: { operation: `server.demo.svc.cluster.local:${port}/*` },
              },
            ],
          },
        ],
      },
    },
    filters,
  );
  const mesh = ["istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2"];
  const name = `0.0.0.0_${port}`;
  const tls: FilterChain = {
    name,
    filterChainMatch: {
      destinationPort: port,
      transportProtocol: "tls",
      ...(mode === "STRICT" ? {} : { applicationProtocols: mesh }),
    },
    transportSocket: inboundTls(),
    filters: [hcm],
  };
  const raw: FilterChain = {
    name,
    filterChainMatch: { destinationPort: port, transportProtocol: "raw_buffer" },
    filters: [hcm],
  };
  return {
    "@type": LISTENER_TYPE,
    name: "virtualInbound",
    address: { socketAddress: { address: "0.0.0.0", portValue: 15006 } },
    trafficDirection: "INBOUND",
    listenerFilters: [
      { name: "envoy.filters.listener.original_dst", typedConfig: { "@type": "" } },
      { name: "envoy.filters.listener.tls_inspector", typedConfig: { "@type": "" } },
    ],
    filterChains: mode === "STRICT" ? [tls] : [tls, raw],
    accessLog: [
      {
        name: "envoy.access_loggers.file",
        filter: { responseFlagFilter: { flags: ["NR"] } },
        typedConfig: {
          "@type": ACCESS_LOG_TYPE,
          path: "/dev/stdout",
          logFormat: { textFormatSource: { inlineString: LOG_FORMAT } },
        },
      },
    ],
  };
}

export function inboundCluster(port: number): Cluster {
  return {
    "@type": CLUSTER_TYPE,
    name: `inbound|${port}||`,
    type: "ORIGINAL_DST",
    lbPolicy: "CLUSTER_PROVIDED",
    upstreamBindConfig: { sourceAddress: { address: "127.0.0.6", portValue: 0 } },
    metadata: {
      filterMetadata: {
        istio: { services: [{ host: "server.demo.svc.cluster.local", name: "server", namespace: "demo" }] },
      },
    },
  };
}

/** As istiod says it of ports named grpc or http2. */
export const HTTP2_ONLY: NonNullable<Cluster["typedExtensionProtocolOptions"]> = {
  [HTTP_PROTOCOL_OPTIONS]: {
    "@type": `type.googleapis.com/${HTTP_PROTOCOL_OPTIONS}`,
    explicitHttpConfig: { http2ProtocolOptions: {} },
  },
};

export const TCP_CATCH_ALL = (cluster: string): FilterChain => ({
  name: "catch-all",
  filters: [
    {
      name: "envoy.filters.network.tcp_proxy",
      typedConfig: { "@type": NETWORK_FILTER_TYPE.tcpProxy, statPrefix: cluster, cluster },
    },
  ],
});

/** virtualOutbound and the HTTP listener of one service port. */
export function outbound(port: number): Listener[] {
  return [
    {
      "@type": LISTENER_TYPE,
      name: "virtualOutbound",
      address: { socketAddress: { address: "0.0.0.0", portValue: 15001 } },
      useOriginalDst: true,
      trafficDirection: "OUTBOUND",
      filterChains: [TCP_CATCH_ALL("PassthroughCluster")],
    },
    {
      "@type": LISTENER_TYPE,
      name: `0.0.0.0_${port}`,
      address: { socketAddress: { address: "0.0.0.0", portValue: port } },
      bindToPort: false,
      trafficDirection: "OUTBOUND",
      listenerFilters: [
        { name: "envoy.filters.listener.tls_inspector", typedConfig: { "@type": "" } },
        { name: "envoy.filters.listener.http_inspector", typedConfig: { "@type": "" } },
      ],
      filterChains: [
        {
          filterChainMatch: { transportProtocol: "raw_buffer", applicationProtocols: ["http/1.1", "h2c"] },
          filters: [
            manager({
              statPrefix: `outbound_0.0.0.0_${port}`,
              rds: { configSource: { ads: {} }, routeConfigName: String(port) },
            }),
          ],
        },
      ],
      defaultFilterChain: TCP_CATCH_ALL("PassthroughCluster"),
    },
  ];
}

export function routes(name: string, list: readonly Route[]): RouteConfiguration {
  return {
    "@type": ROUTE_TYPE,
    name,
    virtualHosts: [
      {
        name: "server",
        domains: ["server", "server.demo", "*.example.com"],
        includeRequestAttemptCount: true,
        routes: list,
      },
    ],
    ignorePortInHostMatching: true,
  };
}

/** An outbound EDS cluster; `tls` as istiod makes it for the given destination. */
export function outboundCluster(
  name: string,
  tls: "auto" | "mutual" | "disabled",
  over: Partial<Cluster> = {},
): Cluster {
  const socket = {
    name: "envoy.transport_sockets.tls" as const,
    typedConfig: {
      "@type": TLS_TYPE.upstream,
      sni: "outbound_.80_._.server.demo.svc.cluster.local",
      commonTlsContext: {
        alpnProtocols: ["istio-peer-exchange", "istio"],
        tlsCertificateSdsSecretConfigs: [sds("default")],
        combinedValidationContext: {
          defaultValidationContext: {
            matchSubjectAltNames: [{ exact: "spiffe://cluster.local/ns/demo/sa/server" }],
          },
          validationContextSdsSecretConfig: sds("ROOTCA"),
        },
      },
    },
  };
  const raw = {
    name: "envoy.transport_sockets.raw_buffer" as const,
    typedConfig: { "@type": TLS_TYPE.rawBuffer },
  };
  return {
    "@type": CLUSTER_TYPE,
    name,
    type: "EDS",
    edsClusterConfig: { edsConfig: { ads: {} }, serviceName: name },
    lbPolicy: "LEAST_REQUEST",
    metadata: {
      filterMetadata: {
        istio: { services: [{ host: "server.demo.svc.cluster.local", name: "server", namespace: "demo" }] },
      },
    },
    ...(tls === "auto"
      ? {
          transportSocketMatches: [
            { name: "tlsMode-istio", match: { tlsMode: "istio" }, transportSocket: socket },
            { name: "tlsMode-disabled", match: {}, transportSocket: raw },
          ],
        }
      : tls === "mutual"
        ? { transportSocket: socket }
        : {}),
    ...over,
  };
}

export const PASSTHROUGH: Cluster = {
  "@type": CLUSTER_TYPE,
  name: "PassthroughCluster",
  type: "ORIGINAL_DST",
  lbPolicy: "CLUSTER_PROVIDED",
};

export function endpoints(
  clusterName: string,
  list: readonly { readonly address: string; readonly port: number; readonly meshed: boolean }[],
): ClusterLoadAssignment {
  return {
    "@type": ENDPOINT_TYPE,
    clusterName,
    endpoints: [
      {
        lbEndpoints: list.map((one) => ({
          endpoint: { address: { socketAddress: { address: one.address, portValue: one.port } } },
          metadata: {
            filterMetadata: {
              istio: { workload: "server;demo;server;v1;Kubernetes" },
              ...(one.meshed ? { "envoy.transport_socket_match": { tlsMode: "istio" } } : {}),
            },
          },
          loadBalancingWeight: 1,
        })),
      },
    ],
  };
}

export function bootstrap(pod: { readonly name: string; readonly ip: string }): Bootstrap {
  return {
    node: {
      id: `sidecar~${pod.ip}~${pod.name}.demo~demo.svc.cluster.local`,
      cluster: `${pod.name}.demo`,
      metadata: {
        WORKLOAD_NAME: pod.name,
        NAMESPACE: "demo",
        CLUSTER_ID: "Kubernetes",
        LABELS: {
          app: pod.name,
          version: "v1",
          "service.istio.io/canonical-name": pod.name,
          "service.istio.io/canonical-revision": "v1",
        },
      },
    },
    staticResources: { listeners: [], clusters: [] },
    dynamicResources: {
      ldsConfig: { ads: {} },
      cdsConfig: { ads: {} },
      adsConfig: { apiType: "GRPC", grpcServices: [] },
    },
    admin: { address: { socketAddress: { address: "127.0.0.1", portValue: 15000 } } },
  };
}
