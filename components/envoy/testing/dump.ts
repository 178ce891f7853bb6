/** A sidecar's dump in Envoy's shape, small enough to read; made by hand. */
export function sidecarDump({ strict }: { readonly strict: boolean }): string {
  const hcm = (routes: object) => ({
    name: "envoy.filters.network.http_connection_manager",
    typed_config: { http_filters: [{ name: "envoy.filters.http.router" }], ...routes },
  });
  const host = (name: string, cluster: string) => ({
    name,
    domains: [name],
    routes: [{ match: { prefix: "/" }, route: { cluster, timeout: "0s", retry_policy: { num_retries: 2 } } }],
  });
  const inbound = {
    route_config: { name: "in", virtual_hosts: [host("inbound|http|8080", "inbound|8080||")] },
  };
  const tls = {
    filter_chain_match: {
      destination_port: 8080,
      transport_protocol: "tls",
      application_protocols: ["istio"],
    },
    filters: [hcm(inbound)],
    transport_socket: {
      name: "envoy.transport_sockets.tls",
      typed_config: { require_client_certificate: true },
    },
  };
  const plain = {
    filter_chain_match: { destination_port: 8080, transport_protocol: "raw_buffer" },
    filters: [hcm(inbound)],
  };
  const reviews = "outbound|9080|v1|reviews.default.svc.cluster.local";
  const listener = (name: string, port: number, rest: object) => ({
    active_state: {
      listener: { name, address: { socket_address: { address: "0.0.0.0", port_value: port } }, ...rest },
    },
  });
  const outbound = [{ filters: [hcm({ rds: { route_config_name: "9080" } })] }];
  const routes = { name: "9080", virtual_hosts: [host("reviews.default.svc.cluster.local", reviews)] };
  const cluster = {
    ...{ name: reviews, type: "EDS", eds_cluster_config: { service_name: reviews } },
    outlier_detection: { consecutive_5xx: 5 },
  };
  const address = { socket_address: { address: "10.0.0.7", port_value: 9080 } };
  const endpoints = [{ lb_endpoints: [{ endpoint: { address } }] }];
  const dump = (type: string, rest: object) => ({
    "@type": `type.googleapis.com/envoy.admin.v3.${type}`,
    ...rest,
  });
  return JSON.stringify({
    configs: [
      dump("ListenersConfigDump", {
        dynamic_listeners: [
          listener("0.0.0.0_9080", 9080, { traffic_direction: "OUTBOUND", filter_chains: outbound }),
          listener("virtualInbound", 15006, {
            traffic_direction: "INBOUND",
            filter_chains: strict ? [tls] : [tls, plain],
          }),
        ],
      }),
      dump("RoutesConfigDump", { dynamic_route_configs: [{ route_config: routes }] }),
      dump("ClustersConfigDump", { dynamic_active_clusters: [{ cluster }] }),
      dump("EndpointsConfigDump", {
        dynamic_endpoint_configs: [{ endpoint_config: { cluster_name: reviews, endpoints } }],
      }),
    ],
  });
}
