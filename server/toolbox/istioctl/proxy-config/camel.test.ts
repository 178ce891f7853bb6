import { expect, it } from "vitest";
import { toCamel } from "./camel.ts";

it("spells fields in camel case and leaves what is data", () => {
  expect(
    toCamel({
      "@type": "type.googleapis.com/a.B",
      filter_chain_match: { destination_port: 8081, server_names: ["a_b"] },
      metadata: { filter_metadata: { istio: { default_original_port: 8080 } } },
      transport_socket_matches: [
        { name: "x", match: { some_key: "a" }, transport_socket: { typed_config: {} } },
      ],
      typed_per_filter_config: { "envoy.filters.http.rbac": { rules_stat_prefix: "x" } },
      filters: [{ typed_config: { type_url: "t", value: { upstream_discovery: [] } } }],
      node: { user_agent_name: "envoy", metadata: { POD_PORTS: [{ a_b: 1 }], some_name: 1 } },
    }),
  ).toEqual({
    "@type": "type.googleapis.com/a.B",
    filterChainMatch: { destinationPort: 8081, serverNames: ["a_b"] },
    metadata: { filterMetadata: { istio: { default_original_port: 8080 } } },
    transportSocketMatches: [{ name: "x", match: { some_key: "a" }, transportSocket: { typedConfig: {} } }],
    typedPerFilterConfig: { "envoy.filters.http.rbac": { rulesStatPrefix: "x" } },
    filters: [{ typedConfig: { typeUrl: "t", value: { upstream_discovery: [] } } }],
    node: { userAgentName: "envoy", metadata: { POD_PORTS: [{ a_b: 1 }], some_name: 1 } },
  });
});
