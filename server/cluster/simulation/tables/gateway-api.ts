import { PAIR, secretOf } from "../certificates.ts";
import { simulate } from "../table.ts";

const CLASS = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: istio}
spec: {controllerName: istio.io/gateway-controller}
---`;

/** A Gateway whose proxies are those of the ingress gateway. */
const gateway = (listeners: string, allowed = "{namespaces: {from: All}}") => `${CLASS}
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: istio-system}
spec:
  gatewayClassName: istio
  addresses: [{type: Hostname, value: ingress.istio-system.svc.cluster.local}]
  listeners:
  - {${listeners}, allowedRoutes: ${allowed}}
---`;
const HTTP = "name: http, port: 80, protocol: HTTP";

const route = (rules: string, hosts = "[a.example]", kind = "HTTPRoute") => `
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: {name: r-${rules.length}, namespace: shop}
spec:
  parentRefs: [{name: edge, namespace: istio-system}]
  hostnames: ${hosts}
  rules:
${rules}
---`;
const TO_RATINGS = "backendRefs: [{name: ratings, port: 80}]";
const TO_CATALOG = "backendRefs: [{name: catalog, port: 80}]";
const outside = { from: "stranger-v1", via: "ingress.istio-system" } as const;
const to = "http://a.example/";

simulate("Gateway API", [
  {
    name: "HTTPRoute: host and path; a prefix means whole segments",
    config: gateway(HTTP) + route(`  - {matches: [{path: {type: PathPrefix, value: /foo}}], ${TO_RATINGS}}`),
    calls: [
      { ...outside, to: "http://a.example/foo", expect: { by: "ratings-v1" } },
      { ...outside, to: "http://a.example/foo/bar", expect: { by: "ratings-v1" } },
      { ...outside, to: "http://a.example/foobar", expect: { status: 404 } },
      { ...outside, to: "http://b.example/foo", expect: { status: 404 } },
    ],
  },
  {
    name: "the most specific match wins, whatever the order; headers, parameters, methods",
    config:
      gateway(HTTP) +
      route(`  - {matches: [{path: {value: /}}], ${TO_CATALOG}}
  - {matches: [{path: {type: Exact, value: /exact}}], ${TO_RATINGS}}
  - {matches: [{headers: [{name: x-a, value: "1"}]}], ${TO_RATINGS}}
  - {matches: [{queryParams: [{name: q, value: "1"}]}, {method: DELETE}], ${TO_RATINGS}}`),
    calls: [
      { ...outside, to: "http://a.example/exact", expect: { by: "ratings-v1" } },
      { ...outside, to, headers: { "x-a": "1" }, expect: { by: "ratings-v1" } },
      { ...outside, to: "http://a.example/?q=1", expect: { by: "ratings-v1" } },
      { ...outside, to, method: "DELETE", expect: { by: "ratings-v1" } },
      {
        ...outside,
        to,
        times: 20,
        shares: { "catalog-v1": [0, 18], "catalog-v2": [0, 18], "catalog-v3": [0, 18] },
      },
    ],
  },
  {
    name: "weights; a backend that is not there keeps its share, as 500",
    config:
      gateway(HTTP) +
      route("  - {backendRefs: [{name: ratings, port: 80, weight: 1}, {name: nobody, port: 80, weight: 1}]}"),
    calls: [{ ...outside, to, times: 60, shares: { "ratings-v1": [15, 45], "500": [15, 45] } }],
  },
  {
    name: "filters: headers, redirect, rewrite of host and prefix",
    config:
      gateway(HTTP) +
      route(`  - matches: [{path: {value: /old}}]
    filters: [{type: RequestRedirect, requestRedirect: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}, statusCode: 301}}]
  - matches: [{path: {value: /api}}]
    filters:
    - {type: URLRewrite, urlRewrite: {hostname: inner.example, path: {type: ReplacePrefixMatch, replacePrefixMatch: /v1}}}
    - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-a, value: b}], remove: [x-c]}}
    - {type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: x-d, value: e}]}}
    ${TO_RATINGS}
  - matches: [{path: {value: /strip}}]
    filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]
    ${TO_RATINGS}`),
    calls: [
      {
        ...outside,
        to: "http://a.example/old/x",
        expect: { status: 301, headers: { location: "http://a.example/new/x" } },
      },
      {
        ...outside,
        to: "http://a.example/api/x",
        headers: { "x-c": "1" },
        expect: {
          path: "/v1/x",
          sent: { host: "inner.example", "x-a": "b", "x-c": null },
          headers: { "x-d": "e" },
        },
      },
      { ...outside, to: "http://a.example/strip/x", expect: { path: "/x" } },
      { ...outside, to: "http://a.example/strip", expect: { path: "/" } },
    ],
  },
  {
    name: "timeouts",
    config: gateway(HTTP) + route(`  - {timeouts: {request: 50ms}, ${TO_RATINGS}}`),
    calls: [
      { ...outside, to: "http://a.example/hang", expect: { status: 504, body: "upstream request timeout" } },
    ],
  },
  {
    name: "routes of other namespaces attach only where they are let",
    config: gateway(HTTP, "{namespaces: {from: Same}}") + route(`  - {${TO_RATINGS}}`),
    calls: [{ ...outside, to, expect: { status: 404 } }],
  },
  {
    name: "a backend of another namespace needs a grant",
    config: gateway(HTTP) + route("  - {backendRefs: [{name: partner, namespace: partner, port: 80}]}"),
    calls: [{ ...outside, to, expect: { status: 500, body: "" } }],
  },
  {
    name: "… and works with one",
    config: `${gateway(HTTP)}${route("  - {backendRefs: [{name: partner, namespace: partner, port: 80}]}")}
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: shop, namespace: partner}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
  to: [{group: "", kind: Service}]`,
    calls: [{ ...outside, to, expect: { by: "partner-v1" } }],
  },
  {
    name: "HTTPS with a certificate of a Secret",
    config:
      secretOf("cert", PAIR) +
      gateway(
        "name: https, port: 443, protocol: HTTPS, hostname: a.example, tls: {certificateRefs: [{name: cert}]}",
      ) +
      route(`  - {${TO_RATINGS}}`),
    calls: [{ ...outside, to: "https://a.example/", expect: { by: "ratings-v1", subject: "DNS:a.example" } }],
  },
  {
    name: "TCPRoute",
    config: `${gateway("name: tcp, port: 31400, protocol: TCP")}
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TCPRoute
metadata: {name: echo, namespace: shop}
spec: {parentRefs: [{name: edge, namespace: istio-system}], rules: [{backendRefs: [{name: echo, port: 9000}]}]}`,
    calls: [{ ...outside, to: "tcp://any:31400", expect: { body: "echo-v1 hello" } }],
  },
  {
    name: "a route of the mesh itself: its parent is a Service",
    config: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: mesh, namespace: shop}
spec:
  parentRefs: [{group: "", kind: Service, name: catalog}]
  rules: [{matches: [{headers: [{name: x-to, value: ratings}]}], backendRefs: [{name: ratings, port: 80}]}]`,
    calls: [
      { to: "http://catalog/", headers: { "x-to": "ratings" }, expect: { by: "ratings-v1" } },
      { to: "http://catalog/", expect: { status: 404 } },
    ],
  },
]);
