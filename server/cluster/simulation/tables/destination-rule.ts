import { simulate } from "../table.ts";

const rule = (spec: string) => `
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: rule, namespace: shop}
spec:
${spec}
---`;
const policy = (text: string, host = "catalog") => rule(`  host: ${host}\n  trafficPolicy: ${text}`);
const to = "http://catalog/";

simulate("DestinationRule", [
  {
    name: "subsets are used by routes only",
    config:
      rule("  host: catalog\n  subsets: [{name: v2, labels: {version: v2}}]") +
      `
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: catalog, namespace: shop}
spec: {hosts: [catalog], http: [{match: [{headers: {v: {exact: "2"}}}], route: [{destination: {host: catalog, subset: v2}}]}, {route: [{destination: {host: catalog}}]}]}`,
    calls: [
      { to, headers: { v: "2" }, times: 10, shares: { "catalog-v2": [10, 10] } },
      { to, times: 60, shares: { "catalog-v1": [5, 40], "catalog-v2": [5, 40], "catalog-v3": [5, 40] } },
    ],
  },
  {
    name: "ROUND_ROBIN takes turns exactly",
    config: policy("{loadBalancer: {simple: ROUND_ROBIN}}"),
    calls: [
      { to, times: 30, shares: { "catalog-v1": [10, 10], "catalog-v2": [10, 10], "catalog-v3": [10, 10] } },
    ],
  },
  {
    name: "consistent hash by header: one value, one pod",
    config: policy("{loadBalancer: {consistentHash: {httpHeaderName: x-user}}}"),
    calls: ["ann", "bob", "eve"].map((user) => ({
      to,
      headers: { "x-user": user },
      times: 8,
      shares: { "catalog-v1": [0, 8], "catalog-v2": [0, 8], "catalog-v3": [0, 8] },
      sticky: true,
    })),
  },
  {
    name: "consistent hash by query parameter, maglev",
    config: policy(
      "{loadBalancer: {consistentHash: {httpQueryParameterName: u, maglev: {tableSize: 65537}}}}",
    ),
    calls: [
      {
        to: "http://catalog/?u=7",
        times: 8,
        shares: { "catalog-v1": [0, 8], "catalog-v2": [0, 8], "catalog-v3": [0, 8] },
        sticky: true,
      },
    ],
  },
  {
    name: "outlier detection ejects a pod that fails; the others answer",
    config: policy(
      "{outlierDetection: {consecutive5xxErrors: 1, baseEjectionTime: 60s, maxEjectionPercent: 100}, loadBalancer: {simple: ROUND_ROBIN, localityLbSetting: {enabled: false}}}",
    ),
    calls: [
      { to: "http://catalog/status/500", expect: { status: 500 } },
      { to: "http://catalog/status/500", expect: { status: 500 } },
      { to: "http://catalog/status/500", expect: { status: 500 } },
      { to, expect: { status: 503, body: "no healthy upstream" } },
    ],
  },
  {
    name: "maxEjectionPercent leaves most in",
    config: policy(
      "{outlierDetection: {consecutive5xxErrors: 1, baseEjectionTime: 60s, maxEjectionPercent: 34}, loadBalancer: {simple: ROUND_ROBIN, localityLbSetting: {enabled: false}}}",
    ),
    calls: [
      { to: "http://catalog/status/500", expect: { status: 500 } },
      { to: "http://catalog/status/500", expect: { status: 500 } },
      { to: "http://catalog/status/500", expect: { status: 500 } },
      { to, times: 10, shares: { "catalog-v1": [0, 9], "catalog-v2": [0, 9], "catalog-v3": [0, 9] } },
    ],
  },
  {
    name: "tls DISABLE towards a sidecar that takes both",
    config: policy("{tls: {mode: DISABLE}}", "ratings"),
    calls: [{ to: "http://ratings/", expect: { status: 200, sent: { "x-forwarded-client-cert": null } } }],
  },
  {
    name: "tls DISABLE towards a strict one: reset before headers",
    config: `${policy("{tls: {mode: DISABLE}}", "ratings")}
apiVersion: security.istio.io/v1beta1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}`,
    calls: [
      {
        to: "http://ratings/",
        expect: {
          status: 503,
          body: "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
        },
      },
    ],
  },
  {
    name: "tls ISTIO_MUTUAL towards a pod without a sidecar fails in the handshake",
    config: policy("{tls: {mode: ISTIO_MUTUAL}}", "legacy.outside.svc.cluster.local"),
    calls: [{ to: "http://legacy.outside/", expect: { status: 503 } }],
  },
  {
    name: "portLevelSettings replace the general ones for their port",
    config: policy(
      "{tls: {mode: DISABLE}, portLevelSettings: [{port: {number: 80}, tls: {mode: ISTIO_MUTUAL}}]}",
      "ratings",
    ),
    calls: [{ to: "http://ratings/", expect: { status: 200, seenHeaders: ["x-forwarded-client-cert"] } }],
  },
  {
    name: "a subset needs a name",
    config: rule('  host: catalog\n  subsets: [{name: ""}]'),
    refused: "configuration is invalid: subset name cannot be empty",
  },
]);
