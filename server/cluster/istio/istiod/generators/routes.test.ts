import { describe, expect, it } from "vitest";
import { TYPE_URL } from "../../../xds/index.ts";
import { app, INGRESS, ingress, pushOf, sidecarOf, worldOf } from "../testing/world.ts";
import { generateRoutes } from "./rds.ts";
import { generateSecrets } from "./sds.ts";

const web = app("web", { ip: "10.42.0.10", targetPort: 8081 });
const history = app("history", { ip: "10.42.0.20" });
const HOST = "history.shop.svc.cluster.local";

const service = (http: string, rest = "hosts: [history]") => `
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: history-vs, namespace: shop}
spec:
  ${rest}
  http:
${http.replace(/^/gm, "  ")}
`;

const historyRoutes = (...extra: string[]) => {
  const push = pushOf(worldOf(web, history, ...extra));
  const [table] = generateRoutes(sidecarOf("web", "10.42.0.10"), push, ["8080"]);
  return table?.virtualHosts.find(({ name }) => name === `${HOST}:8080`)?.routes;
};

const RETRY = {
  retryOn: "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes",
  numRetries: 2,
  retryHostPredicate: [
    {
      name: "envoy.retry_host_predicates.previous_hosts",
      typedConfig: {
        "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
      },
    },
  ],
  hostSelectionRetryMaxAttempts: "5",
  retriableStatusCodes: [503],
};
const NO_LIMIT = { maxStreamDuration: "0s", grpcTimeoutHeaderMax: "0s" };
const BY = {
  filterMetadata: {
    istio: { config: "/apis/networking.istio.io/v1alpha3/namespaces/shop/virtual-service/history-vs" },
  },
};
const CLUSTER = `outbound|8080||${HOST}`;
const action = { cluster: CLUSTER, timeout: "0s", retryPolicy: RETRY, maxStreamDuration: NO_LIMIT };
const operation = (what: string) => ({ operation: `${HOST}:8080${what}` });

describe("routes of a sidecar", () => {
  it("sends a service's names to its cluster and everything else through", () => {
    const push = pushOf(worldOf(web, history, app("far", { ip: "10.42.0.30", namespace: "other" })));
    const [table] = generateRoutes(sidecarOf("web", "10.42.0.10"), push, ["8080"]);
    expect(table?.["@type"]).toBe(TYPE_URL.route);
    expect(table?.virtualHosts.map(({ name, domains }) => ({ name, domains }))).toEqual([
      {
        name: "far.other.svc.cluster.local:8080",
        domains: ["far.other.svc.cluster.local", "far.other.svc", "far.other", "10.96.0.30"],
      },
      { name: `${HOST}:8080`, domains: [HOST, "history", "history.shop.svc", "history.shop", "10.96.0.20"] },
      {
        name: "web.shop.svc.cluster.local:8080",
        domains: ["web.shop.svc.cluster.local", "web", "web.shop.svc", "web.shop", "10.96.0.10"],
      },
      { name: "allow_any", domains: ["*"] },
    ]);
  });

  it("routes by default with the release's retries", () => {
    expect(historyRoutes()).toEqual([
      { name: "default", match: { prefix: "/" }, route: action, decorator: operation("/*") },
    ]);
  });

  it("divides by weight between subsets", () => {
    expect(
      historyRoutes(
        service(`
- route:
  - {destination: {host: history, subset: v1}, weight: 80}
  - {destination: {host: history, subset: v2}, weight: 20}
`),
      ),
    ).toEqual([
      {
        name: "default",
        match: { prefix: "/" },
        route: {
          weightedClusters: {
            clusters: [
              { name: `outbound|8080|v1|${HOST}`, weight: 80 },
              { name: `outbound|8080|v2|${HOST}`, weight: 20 },
            ],
            totalWeight: 100,
          },
          timeout: "0s",
          retryPolicy: RETRY,
          maxStreamDuration: NO_LIMIT,
        },
        metadata: BY,
        decorator: { operation: "history-vs:8080/*" },
      },
    ]);
  });

  it("delays some requests, tries again and gives up after a time", () => {
    expect(
      historyRoutes(
        service(`
- name: slow
  match: [{headers: {user: {exact: Jason}}}]
  fault: {delay: {fixedDelay: 90s, percentage: {value: 50}}}
  route: [{destination: {host: history}}]
- timeout: 10s
  retries: {attempts: 3, perTryTimeout: 3s}
  route: [{destination: {host: history}}]
`),
      ),
    ).toEqual([
      {
        name: "slow",
        match: { prefix: "/", headers: [{ name: "user", stringMatch: { exact: "Jason" } }] },
        route: action,
        metadata: BY,
        decorator: operation("/*"),
        typedPerFilterConfig: {
          "envoy.filters.http.fault": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault",
            delay: { fixedDelay: "90s", percentage: { numerator: 500_000, denominator: "MILLION" } },
          },
        },
      },
      {
        name: "default",
        match: { prefix: "/" },
        route: {
          cluster: CLUSTER,
          timeout: "10s",
          retryPolicy: { ...RETRY, numRetries: 3, perTryTimeout: "3s" },
          maxStreamDuration: { maxStreamDuration: "10s", grpcTimeoutHeaderMax: "10s" },
        },
        metadata: BY,
        decorator: operation("/*"),
      },
    ]);
  });

  it.each([
    ["exact path", "{uri: {exact: /a}}", { path: "/a" }],
    [
      "prefix and method",
      "{uri: {prefix: /a}, method: {exact: GET}}",
      { prefix: "/a", headers: [{ name: ":method", stringMatch: { exact: "GET" } }] },
    ],
    ["regular expression", "{uri: {regex: /a.*}}", { safeRegex: { regex: "/a.*" } }],
    [
      "presence of a header",
      "{headers: {user: {}}}",
      { prefix: "/", headers: [{ name: "user", presentMatch: true }] },
    ],
    [
      "absence of a header",
      "{withoutHeaders: {user: {}}}",
      { prefix: "/", headers: [{ name: "user", presentMatch: true, invertMatch: true }] },
    ],
    [
      "query",
      "{queryParams: {v: {exact: '2'}}}",
      { prefix: "/", queryParameters: [{ name: "v", stringMatch: { exact: "2" } }] },
    ],
    ["ignored case", "{uri: {prefix: /A}, ignoreUriCase: true}", { prefix: "/A", caseSensitive: false }],
  ])("matches by %s", (_, match, expected) => {
    const routes = historyRoutes(
      service(`\n- match: [${match}]\n  route: [{destination: {host: history}}]\n`),
    );
    expect(routes?.map((route) => route.match)).toEqual([expected]);
  });

  it("decides here what depends on who asks", () => {
    const routes = historyRoutes(
      service(`
- match: [{sourceLabels: {app: other}}, {sourceNamespace: elsewhere}, {port: 9999}, {gateways: [edge]}]
  route: [{destination: {host: web}}]
- match: [{sourceLabels: {app: web}, uri: {prefix: /mine}}]
  route: [{destination: {host: history}}]
`),
    );
    expect(routes?.map((route) => route.match)).toEqual([{ prefix: "/mine" }]);
  });

  it("rewrites, mirrors, redirects, answers and changes headers", () => {
    const routes = historyRoutes(
      service(`
- match: [{uri: {prefix: /old}}]
  rewrite: {uri: /new, authority: history.example}
  mirror: {host: web}
  mirrorPercentage: {value: 10}
  headers: {request: {set: {x-a: '1'}, remove: [x-b]}, response: {add: {x-c: '2'}}}
  route: [{destination: {host: history}}]
- match: [{uri: {prefix: /gone}}]
  redirect: {uri: /here, redirectCode: 302}
- match: [{uri: {prefix: /direct}}]
  directResponse: {status: 418, body: {string: short}}
`),
    );
    expect(routes?.[0]).toMatchObject({
      route: {
        prefixRewrite: "/new",
        hostRewriteLiteral: "history.example",
        requestMirrorPolicies: [
          {
            cluster: "outbound|8080||web.shop.svc.cluster.local",
            runtimeFraction: { defaultValue: { numerator: 100_000, denominator: "MILLION" } },
          },
        ],
      },
      requestHeadersToAdd: [
        { header: { key: "x-a", value: "1" }, appendAction: "OVERWRITE_IF_EXISTS_OR_ADD" },
      ],
      requestHeadersToRemove: ["x-b"],
      responseHeadersToAdd: [{ header: { key: "x-c", value: "2" }, appendAction: "APPEND_IF_EXISTS_OR_ADD" }],
    });
    expect(routes?.[1]?.redirect).toEqual({ pathRedirect: "/here", responseCode: "FOUND" });
    expect(routes?.[2]?.directResponse).toEqual({ status: 418, body: { inlineString: "short" } });
  });

  it("blocks unknown names when the mesh is a registry only", () => {
    const push = pushOf(worldOf(web), { mesh: "outboundTrafficPolicy: {mode: REGISTRY_ONLY}" });
    const [table] = generateRoutes(sidecarOf("web", "10.42.0.10"), push, ["8080"]);
    expect(table?.virtualHosts.at(-1)).toMatchObject({
      name: "block_all",
      routes: [{ directResponse: { status: 502 } }],
    });
  });
});

describe("routes of a gateway", () => {
  const gateway = `
apiVersion: networking.istio.io/v1beta1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers:
  - {port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example]}
  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: [shop.example], tls: {mode: SIMPLE, credentialName: shop-cert}}
`;
  const bound = service(
    "\n- route: [{destination: {host: web, port: {number: 8080}}}]\n",
    "hosts: [shop.example]\n  gateways: [edge]",
  );

  it("names tables by target port and by server", () => {
    const push = pushOf(worldOf(INGRESS, web, gateway, bound));
    const tables = generateRoutes(ingress, push, ["http.8080", "https.443.https.edge.shop", "http.9999"]);
    expect(
      tables.map(({ name, virtualHosts }) => [name, virtualHosts.map((host) => [host.name, host.domains])]),
    ).toEqual([
      ["http.8080", [["shop.example:80", ["shop.example"]]]],
      ["https.443.https.edge.shop", [["shop.example:443", ["shop.example"]]]],
    ]);
  });

  it("knows nothing without a bound VirtualService", () => {
    const push = pushOf(worldOf(INGRESS, web, gateway));
    const [table] = generateRoutes(ingress, push, ["http.8080"]);
    expect(table?.virtualHosts).toEqual([{ name: "blackhole:80", domains: ["*"] }]);
  });

  it("sends certificates of its own namespace only, to gateways only", () => {
    const secret = (namespace: string) => `
apiVersion: v1
kind: Secret
metadata: {name: shop-cert, namespace: ${namespace}}
data: {tls.crt: Q0VSVA==, tls.key: S0VZ}
`;
    const names = ["kubernetes://shop-cert"];
    expect(generateSecrets(ingress, pushOf(worldOf(secret("shop"))), names)).toEqual([]);
    const push = pushOf(worldOf(secret("istio-system")));
    expect(generateSecrets(sidecarOf("web", "10.42.0.10", "istio-system"), push, names)).toEqual([]);
    expect(generateSecrets(ingress, push, names)).toEqual([
      {
        "@type": TYPE_URL.secret,
        name: "kubernetes://shop-cert",
        tlsCertificate: {
          certificateChain: { inlineBytes: "Q0VSVA==" },
          privateKey: { inlineBytes: "S0VZ" },
        },
      },
    ]);
  });
});
