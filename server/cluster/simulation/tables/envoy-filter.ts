import { simulate } from "../table.ts";

const filter = (patches: string, selector = "{labels: {app: ratings}}") => `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: patch, namespace: shop}
spec:
  workloadSelector: ${selector}
  configPatches:
${patches}`;

const SHOPPER = "{labels: {app: shopper}}";
const to = "http://ratings/";

/** The local rate limit of Istio's documentation: two requests, then none for a minute. */
const RATE_LIMIT = `
  - applyTo: HTTP_FILTER
    match:
      context: SIDECAR_INBOUND
      listener:
        filterChain: {filter: {name: envoy.filters.network.http_connection_manager}}
    patch:
      operation: INSERT_BEFORE
      value:
        name: envoy.filters.http.local_ratelimit
        typed_config:
          "@type": type.googleapis.com/udpa.type.v1.TypedStruct
          type_url: type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
          value:
            stat_prefix: http_local_rate_limiter
            token_bucket: {max_tokens: 2, tokens_per_fill: 2, fill_interval: 60s}
            filter_enabled: {runtime_key: local_rate_limit_enabled, default_value: {numerator: 100, denominator: HUNDRED}}
            filter_enforced: {runtime_key: local_rate_limit_enforced, default_value: {numerator: 100, denominator: HUNDRED}}
            response_headers_to_add:
            - {append: false, header: {key: x-local-rate-limit, value: "true"}}`;

simulate("EnvoyFilter", [
  {
    name: "HTTP_FILTER INSERT_BEFORE: local rate limit on the way in, as the documentation writes it",
    config: filter(RATE_LIMIT),
    calls: [
      { to, expect: { status: 200 } },
      { to, expect: { status: 200 } },
      {
        to,
        expect: { status: 429, body: "local_rate_limited", headers: { "x-local-rate-limit": "true" } },
      },
      { to: "http://catalog/", expect: { status: 200 } },
    ],
  },
  {
    name: "HTTP_ROUTE MERGE: the limit for one route of the gateway, by typed_per_filter_config",
    config: `${filter(
      `
  - applyTo: HTTP_FILTER
    match: {context: SIDECAR_INBOUND, listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager}}}}
    patch:
      operation: INSERT_BEFORE
      value:
        name: envoy.filters.http.local_ratelimit
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
          stat_prefix: limiter
  - applyTo: HTTP_ROUTE
    match: {context: SIDECAR_INBOUND, routeConfiguration: {vhost: {name: "inbound|http|80", route: {action: ANY}}}}
    patch:
      operation: MERGE
      value:
        typed_per_filter_config:
          envoy.filters.http.local_ratelimit:
            "@type": type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
            stat_prefix: limiter
            token_bucket: {max_tokens: 1, fill_interval: 60s}
            filter_enabled: {default_value: {numerator: 100}}
            filter_enforced: {default_value: {numerator: 100}}
            status: {code: ServiceUnavailable}`,
    )}`,
    calls: [
      { to, expect: { status: 200 } },
      { to, expect: { status: 503, body: "local_rate_limited" } },
    ],
  },
  {
    name: "VIRTUAL_HOST MERGE in the client: a header for one host only",
    config: filter(
      `
  - applyTo: HTTP_ROUTE
    match: {context: SIDECAR_OUTBOUND, routeConfiguration: {name: "80", vhost: {name: "ratings.shop.svc.cluster.local:80"}}}
    patch:
      operation: MERGE
      value:
        request_headers_to_add: [{header: {key: x-patched, value: "yes"}}]`,
      SHOPPER,
    ),
    calls: [
      { to, expect: { status: 200, sent: { "x-patched": "yes" } } },
      { to: "http://catalog/", expect: { status: 200, sent: { "x-patched": null } } },
    ],
  },
  {
    name: "HTTP_ROUTE INSERT_FIRST: a route of one's own",
    config: filter(
      `
  - applyTo: HTTP_ROUTE
    match: {context: SIDECAR_OUTBOUND, routeConfiguration: {vhost: {name: "ratings.shop.svc.cluster.local:80"}}}
    patch:
      operation: INSERT_FIRST
      value: {match: {path: /teapot}, direct_response: {status: 418, body: {inline_string: short and stout}}}`,
      SHOPPER,
    ),
    calls: [
      { to: "http://ratings/teapot", expect: { status: 418, body: "short and stout" } },
      { to, expect: { status: 200 } },
    ],
  },
  {
    name: "NETWORK_FILTER MERGE: the server's name",
    config: filter(
      `
  - applyTo: NETWORK_FILTER
    match: {context: SIDECAR_INBOUND, listener: {portNumber: 8080, filterChain: {filter: {name: envoy.filters.network.http_connection_manager}}}}
    patch:
      operation: MERGE
      value:
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          server_name: teapot`,
    ),
    calls: [
      {
        from: "stranger-v1",
        to: "http://ratings.shop/",
        expect: { status: 200, headers: { server: "teapot" } },
      },
      {
        from: "stranger-v1",
        to: "http://catalog.shop/",
        expect: { status: 200, headers: { server: "istio-envoy" } },
      },
    ],
  },
  {
    name: "CLUSTER MERGE: a circuit breaker; REMOVE: no cluster at all",
    config: filter(
      `
  - applyTo: CLUSTER
    match: {context: SIDECAR_OUTBOUND, cluster: {service: ratings.shop.svc.cluster.local}}
    patch: {operation: REMOVE}`,
      SHOPPER,
    ),
    calls: [
      { to, expect: { status: 503, body: "" } },
      { to: "http://catalog/", expect: { status: 200 } },
    ],
  },
  {
    name: "LISTENER REMOVE: the port is not the mesh's any more, requests pass through",
    config: filter(
      `
  - applyTo: LISTENER
    match: {context: SIDECAR_OUTBOUND, listener: {name: 0.0.0.0_80}}
    patch: {operation: REMOVE}`,
      SHOPPER,
    ),
    calls: [{ to, expect: { status: 200, headers: { server: "istio-envoy" } } }],
  },
  {
    name: "another workload's filter does nothing here",
    config: filter(RATE_LIMIT, "{labels: {app: nobody}}"),
    calls: [
      { to, expect: { status: 200 } },
      { to, expect: { status: 200 } },
      { to, expect: { status: 200 } },
    ],
  },
  {
    name: "Lua is refused plainly",
    config: filter(`
  - applyTo: HTTP_FILTER
    patch:
      operation: INSERT_FIRST
      value:
        name: envoy.filters.http.lua
        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, inlineCode: ""}`),
    refused:
      "configuration is invalid: Envoy filter: envoy.filters.http.lua (type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua) is not supported by the practice cluster",
  },
  {
    name: "a patch needs an operation",
    config: filter(`
  - applyTo: CLUSTER
    patch: {value: {}}`),
    refused: "configuration is invalid: Envoy filter: missing patch operation",
  },
]);
