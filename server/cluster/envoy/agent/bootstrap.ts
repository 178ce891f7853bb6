import {
  BOOTSTRAP_TYPE,
  type Bootstrap,
  type Cluster,
  HTTP_FILTER_TYPE,
  type Listener,
  NETWORK_FILTER_TYPE,
  type SocketAddress,
  TRACER_TYPE,
  type XdsNode,
} from "../../xds/index.ts";

export interface BootstrapFacts {
  readonly node: XdsNode;
  readonly zipkin: SocketAddress | undefined;
  readonly statsConfig: NonNullable<Bootstrap["statsConfig"]>;
}

/** What Envoy is started with (tools/packaging/common/envoy_bootstrap.json): its own ports, and where istiod is. */
export function makeBootstrap({ node, zipkin, statsConfig }: BootstrapFacts): Bootstrap {
  return {
    "@type": BOOTSTRAP_TYPE,
    node,
    ...(zipkin ? { tracing: ZIPKIN_TRACING } : {}),
    staticResources: {
      listeners: [
        staticListener({ port: 15090, prefix: "/stats/prometheus", cluster: "prometheus_stats" }),
        staticListener({ port: 15021, prefix: "/healthz/ready", cluster: "agent" }),
      ],
      clusters: [
        local("prometheus_stats", 15000),
        local("agent", 15020),
        pipe("sds-grpc", "./var/run/secrets/workload-spiffe-uds/socket"),
        pipe("xds-grpc", "./etc/istio/proxy/XDS"),
        ...(zipkin ? [zipkinCluster(zipkin)] : []),
      ],
    },
    dynamicResources: {
      ldsConfig: { ads: {}, initialFetchTimeout: "0s", resourceApiVersion: "V3" },
      cdsConfig: { ads: {}, initialFetchTimeout: "0s", resourceApiVersion: "V3" },
      adsConfig: {
        apiType: "GRPC",
        transportApiVersion: "V3",
        setNodeOnFirstMessageOnly: true,
        grpcServices: [{ envoyGrpc: { clusterName: "xds-grpc" } }],
      },
    },
    admin: {
      profilePath: "/var/lib/istio/data/envoy.prof",
      address: { socketAddress: { address: "127.0.0.1", portValue: 15000 } },
    },
    statsConfig,
    layeredRuntime: {
      layers: [
        {
          name: "global config",
          staticLayer: {
            "envoy.deprecated_features:envoy.config.listener.v3.Listener.hidden_envoy_deprecated_use_original_dst":
              "true",
          },
        },
        { name: "admin", adminLayer: {} },
      ],
    },
  };
}

const ZIPKIN_TRACING: Bootstrap["tracing"] = {
  http: {
    name: "envoy.tracers.zipkin",
    typedConfig: {
      "@type": TRACER_TYPE.zipkin,
      collectorCluster: "zipkin",
      collectorEndpoint: "/api/v2/spans",
      collectorEndpointVersion: "HTTP_JSON",
      traceId128bit: true,
      sharedSpanContext: false,
    },
  },
};

function zipkinCluster(socketAddress: SocketAddress): Omit<Cluster, "@type"> {
  return {
    name: "zipkin",
    type: "STRICT_DNS",
    respectDnsTtl: true,
    dnsLookupFamily: "V4_ONLY",
    dnsRefreshRate: "30s",
    connectTimeout: "1s",
    lbPolicy: "ROUND_ROBIN",
    loadAssignment: {
      clusterName: "zipkin",
      endpoints: [{ lbEndpoints: [{ endpoint: { address: { socketAddress } } }] }],
    },
  };
}

interface StaticRoute {
  readonly port: number;
  readonly prefix: string;
  readonly cluster: string;
}

function staticListener({ port, prefix, cluster }: StaticRoute): Omit<Listener, "@type"> {
  return {
    address: { socketAddress: { address: "0.0.0.0", portValue: port } },
    filterChains: [
      {
        filters: [
          {
            name: "envoy.filters.network.http_connection_manager",
            typedConfig: {
              "@type": NETWORK_FILTER_TYPE.httpConnectionManager,
              statPrefix: cluster === "agent" ? "agent" : "stats",
              routeConfig: {
                virtualHosts: [
                  { name: "backend", domains: ["*"], routes: [{ match: { prefix }, route: { cluster } }] },
                ],
              },
              httpFilters: [
                { name: "envoy.filters.http.router", typedConfig: { "@type": HTTP_FILTER_TYPE.router } },
              ],
            },
          },
        ],
      },
    ],
  };
}

function local(name: string, port: number): Omit<Cluster, "@type"> {
  return {
    name,
    type: "STATIC",
    connectTimeout: "0.250s",
    lbPolicy: "ROUND_ROBIN",
    loadAssignment: {
      clusterName: name,
      endpoints: [
        {
          lbEndpoints: [
            { endpoint: { address: { socketAddress: { address: "127.0.0.1", portValue: port } } } },
          ],
        },
      ],
    },
  };
}

function pipe(name: string, path: string): Omit<Cluster, "@type"> {
  return {
    name,
    type: "STATIC",
    connectTimeout: "1s",
    lbPolicy: "ROUND_ROBIN",
    loadAssignment: {
      clusterName: name,
      endpoints: [{ lbEndpoints: [{ endpoint: { address: { pipe: { path } } } }] }],
    },
  };
}
