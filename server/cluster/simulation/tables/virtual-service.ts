import { simulate } from "../table.ts";

const service = (http: string, hosts = "[catalog]") => `
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: catalog, namespace: shop}
spec:
  hosts: ${hosts}
  http:
${http}
---`;

const SUBSETS = `
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: catalog, namespace: shop}
spec:
  host: catalog
  subsets:
  - {name: v1, labels: {version: v1}}
  - {name: v2, labels: {version: v2}}
  - {name: none, labels: {version: v9}}
---`;

const V1 = "route: [{destination: {host: catalog, subset: v1}}]";
const V2 = "route: [{destination: {host: catalog, subset: v2}}]";
const RATINGS = "route: [{destination: {host: ratings}}]";
const to = "http://catalog/";

simulate("VirtualService: matching", [
  {
    name: "without one, every pod of the service answers",
    config: "",
    calls: [
      { to: "http://catalog/x", expect: { status: 200, path: "/x" } },
      { to: "http://catalog.shop.svc.cluster.local/", expect: { status: 200 } },
      {
        to,
        times: 60,
        shares: { "catalog-v1": [5, 40], "catalog-v2": [5, 40], "catalog-v3": [5, 40] },
      },
    ],
  },
  {
    name: "the first match wins: exact, prefix, regex of the whole path",
    config:
      SUBSETS +
      service(`
  - {match: [{uri: {exact: /a}}], ${V1}}
  - {match: [{uri: {prefix: /b}}], ${V2}}
  - {match: [{uri: {regex: "/c[0-9]+"}}], ${RATINGS}}`),
    calls: [
      { to: "http://catalog/a", expect: { by: "catalog-v1" } },
      { to: "http://catalog/a/", expect: { status: 404, body: "" } },
      { to: "http://catalog/bcd", expect: { by: "catalog-v2" } },
      { to: "http://catalog/c12", expect: { by: "ratings-v1" } },
      { to: "http://catalog/c12/x", expect: { status: 404 } },
      { to, expect: { status: 404, body: "", headers: { server: "envoy" } } },
    ],
  },
  {
    name: "ignoreUriCase, query parameters, methods, authority, scheme",
    config:
      SUBSETS +
      service(
        `
  - {match: [{uri: {exact: /CaSe}, ignoreUriCase: true}], ${V1}}
  - {match: [{queryParams: {v: {exact: "2"}}}], ${V2}}
  - {match: [{method: {exact: DELETE}}], ${RATINGS}}
  - {match: [{authority: {prefix: "catalog.shop"}, scheme: {exact: http}}], ${V2}}`,
        "[catalog]",
      ),
    calls: [
      { to: "http://catalog/case", expect: { by: "catalog-v1" } },
      { to: "http://catalog/?v=2", expect: { by: "catalog-v2" } },
      { to, method: "DELETE", expect: { by: "ratings-v1" } },
      { to: "http://catalog.shop/", expect: { by: "catalog-v2" } },
      { to, expect: { status: 404 } },
    ],
  },
  {
    name: "headers: exact, present, without; all of one match, one of several",
    config:
      SUBSETS +
      service(`
  - {match: [{headers: {user: {exact: ann}, x-a: {}}}, {headers: {x-b: {regex: "b+"}}}], ${V2}}
  - {match: [{withoutHeaders: {user: {}}}], ${RATINGS}}
  - {${V1}}`),
    calls: [
      { to, headers: { user: "ann" }, expect: { by: "catalog-v1" } },
      { to, headers: { user: "ann", "x-a": "1" }, expect: { by: "catalog-v2" } },
      { to, headers: { user: "bob", "x-b": "bbb" }, expect: { by: "catalog-v2" } },
      { to, expect: { by: "ratings-v1" } },
    ],
  },
  {
    name: "sourceLabels, sourceNamespace and port are decided for each client",
    config:
      SUBSETS +
      service(`
  - {match: [{sourceLabels: {app: shopper}, port: 80}], ${V1}}
  - {match: [{sourceNamespace: partner}], ${V2}}
  - {match: [{port: 81}], ${RATINGS}}`),
    calls: [
      { to, expect: { by: "catalog-v1" } },
      { from: "partner-v1", to: "http://catalog.shop/", expect: { by: "catalog-v2" } },
      { from: "ratings-v1", to, expect: { status: 404 } },
    ],
  },
  {
    name: "exportTo '.' keeps it from other namespaces",
    config: `${SUBSETS}${service(`  - {${V1}}`).replace("spec:", "spec:\n  exportTo: ['.']")}`,
    calls: [
      { to, times: 10, shares: { "catalog-v1": [10, 10] } },
      {
        from: "partner-v1",
        to: "http://catalog.shop/",
        times: 40,
        shares: { "catalog-v1": [1, 38], "catalog-v2": [1, 38], "catalog-v3": [1, 38] },
      },
    ],
  },
  {
    name: "two for one host in the mesh: the oldest rules alone",
    config:
      SUBSETS +
      service(`  - {${V1}}`) +
      service(`  - {${V2}}`).replace("name: catalog, namespace", "name: later, namespace"),
    calls: [{ to, times: 10, shares: { "catalog-v1": [10, 10] } }],
  },
  {
    name: "a pod without a sidecar never sees it",
    config: SUBSETS + service(`  - {${V1}}`),
    calls: [
      {
        from: "stranger-v1",
        to: "http://catalog.shop/",
        times: 40,
        shares: { "catalog-v1": [1, 38], "catalog-v2": [1, 38], "catalog-v3": [1, 38] },
      },
    ],
  },
]);

simulate("VirtualService: where requests go", [
  {
    name: "weights are kept by chance; zero gets nothing",
    config:
      SUBSETS +
      service(`
  - route:
    - {destination: {host: catalog, subset: v1}, weight: 80}
    - {destination: {host: catalog, subset: v2}, weight: 20}
    - {destination: {host: ratings}, weight: 0}`),
    calls: [{ to, times: 150, shares: { "catalog-v1": [100, 140], "catalog-v2": [10, 50] } }],
  },
  {
    name: "a subset nobody has defined, a subset without pods, a host nobody knows",
    config: `${SUBSETS}${service(`
  - {match: [{uri: {prefix: /undefined}}], route: [{destination: {host: catalog, subset: v7}}]}
  - {match: [{uri: {prefix: /empty}}], route: [{destination: {host: catalog, subset: none}}]}
  - {match: [{uri: {prefix: /nowhere}}], route: [{destination: {host: nowhere}}]}`)}`,
    mesh: "accessLogFile: /dev/stdout",
    calls: [
      { to: "http://catalog/undefined", expect: { status: 503, body: "" } },
      { to: "http://catalog/empty", expect: { status: 503, body: "no healthy upstream" } },
      { to: "http://catalog/nowhere", expect: { status: 503, body: "" } },
    ],
    log: { "shopper-v1": ["503 NC cluster_not_found", "503 UH no_healthy_upstream"] },
  },
  {
    name: "rewrite: prefix, authority, regular expression",
    config: service(`
  - {match: [{uri: {prefix: /api/}}], rewrite: {uri: /, authority: inner.example}, ${RATINGS}}
  - {match: [{uri: {prefix: /r}}], rewrite: {uriRegexRewrite: {match: "^/r/([^/]+)/(.*)$", rewrite: "/\\\\2/\\\\1"}}, ${RATINGS}}`),
    calls: [
      { to: "http://catalog/api/v1?q=1", expect: { path: "/v1?q=1", sent: { host: "inner.example" } } },
      { to: "http://catalog/r/one/two", expect: { path: "/two/one" } },
    ],
  },
  {
    name: "redirect: path, host, scheme, code; derivePort",
    config: service(`
  - {match: [{uri: {prefix: /moved}}], redirect: {uri: /new, authority: other.example}}
  - {match: [{uri: {prefix: /secure}}], redirect: {scheme: https, redirectCode: 308}}
  - {match: [{uri: {prefix: /port}}], redirect: {authority: other.example, port: 8443}}
  - {match: [{uri: {prefix: /derived}}], redirect: {scheme: https, derivePort: FROM_REQUEST_PORT}}`),
    calls: [
      {
        to: "http://catalog/moved/x",
        expect: { status: 301, headers: { location: "http://other.example/new" } },
      },
      {
        to: "http://catalog/secure",
        expect: { status: 308, headers: { location: "https://catalog/secure" } },
      },
      {
        to: "http://catalog/port",
        expect: { status: 301, headers: { location: "http://other.example:8443/port" } },
      },
      {
        to: "http://catalog/derived",
        expect: { status: 301, headers: { location: "https://catalog:80/derived" } },
      },
    ],
  },
  {
    name: "direct response",
    config: service(`  - {directResponse: {status: 418, body: {string: "short and stout"}}}`),
    calls: [{ to, expect: { status: 418, body: "short and stout" } }],
  },
  {
    name: "headers: set, add and remove, on the way in and out",
    config: service(`
  - headers:
      request: {set: {x-set: new}, add: {x-more: b}, remove: [x-gone]}
      response: {set: {x-app: hidden}, add: {x-extra: "1"}, remove: [content-type]}
    route:
    - destination: {host: ratings}
      headers: {request: {set: {x-to: ratings}}}`),
    calls: [
      {
        to,
        headers: { "x-set": "old", "x-more": "a", "x-gone": "1" },
        expect: {
          sent: { "x-set": "new", "x-more": "a, b", "x-gone": null, "x-to": "ratings" },
          headers: { "x-app": "hidden", "x-extra": "1", "content-type": null },
        },
      },
    ],
  },
  {
    name: "a delegate takes the root's matches and adds its own",
    config: `
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: root, namespace: shop}
spec:
  hosts: [catalog]
  http:
  - {match: [{uri: {prefix: /api}}], delegate: {name: child}}
  - {directResponse: {status: 410}}
---
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: child, namespace: shop}
spec:
  http:
  - {match: [{uri: {prefix: /api/ratings}}], ${RATINGS}}`,
    calls: [
      { to: "http://catalog/api/ratings/1", expect: { by: "ratings-v1" } },
      { to: "http://catalog/api/other", expect: { status: 410 } },
    ],
  },
]);

simulate("VirtualService: failures and patience", [
  {
    name: "fault: abort for all, for none, by header",
    config: service(`
  - {match: [{headers: {user: {exact: jason}}}], fault: {abort: {httpStatus: 555, percentage: {value: 100}}}, ${RATINGS}}
  - {fault: {abort: {httpStatus: 555, percentage: {value: 0}}}, ${RATINGS}}`),
    calls: [
      { to, headers: { user: "jason" }, expect: { status: 555, body: "fault filter abort" } },
      { to, expect: { by: "ratings-v1" } },
    ],
  },
  {
    name: "fault: a share of the requests",
    config: service(`  - {fault: {abort: {httpStatus: 500, percentage: {value: 50}}}, ${RATINGS}}`),
    calls: [{ to, times: 100, shares: { "500": [30, 70], "ratings-v1": [30, 70] } }],
  },
  {
    name: "fault: delay, seen in the log",
    config: service(`  - {fault: {delay: {fixedDelay: 0.02s, percentage: {value: 100}}}, ${RATINGS}}`),
    mesh: "accessLogFile: /dev/stdout",
    calls: [{ to, expect: { status: 200 } }],
    log: { "shopper-v1": ["200 DI via_upstream"] },
  },
  {
    name: "timeout: 504 in Envoy's words",
    config: service(`
  - {match: [{uri: {prefix: /hang}}], timeout: 0.05s, ${RATINGS}}
  - {${RATINGS}}`),
    mesh: "accessLogFile: /dev/stdout",
    calls: [
      { to: "http://catalog/hang", expect: { status: 504, body: "upstream request timeout" } },
      { to, expect: { status: 200 } },
    ],
    log: { "shopper-v1": ["504 UT response_timeout"] },
  },
  {
    name: "retries: three attempts reach the third answer; attempts 0 switch them off",
    config: service(`
  - {match: [{uri: {prefix: /tried}}], retries: {attempts: 3, retryOn: 5xx}, ${RATINGS}}
  - {match: [{uri: {prefix: /once}}], retries: {attempts: 0}, ${RATINGS}}
  - {match: [{uri: {prefix: /codes}}], retries: {attempts: 1, retryOn: "418"}, ${RATINGS}}`),
    calls: [
      {
        to: "http://catalog/tried",
        headers: { "x-fail": "2" },
        expect: { status: 200, sent: { "x-envoy-attempt-count": "3" } },
      },
      { to: "http://catalog/tried", headers: { "x-fail": "9" }, expect: { status: 503 } },
      { to: "http://catalog/once", headers: { "x-fail": "1" }, expect: { status: 503 } },
      { to: "http://catalog/codes", headers: { "x-fail": "1" }, expect: { status: 503 } },
    ],
  },
  {
    name: "without a word on retries a 503 is tried again (1.21), and no more in 1.29",
    config: "",
    calls: [{ to: "http://ratings/", headers: { "x-fail": "1" }, expect: { status: 200 } }],
  },
  {
    name: "… in 1.29",
    version: "1.29.6",
    config: "",
    calls: [{ to: "http://ratings/", headers: { "x-fail": "1" }, expect: { status: 503 } }],
  },
  {
    name: "CORS: unmatchedPreflights IGNORE answers a stranger's preflight with nothing (1.29), by default it goes on",
    version: "1.29.6",
    config: service(`
  - {match: [{uri: {prefix: /on}}], corsPolicy: {allowOrigins: [{exact: "https://a.example"}]}, ${RATINGS}}
  - {corsPolicy: {allowOrigins: [{exact: "https://a.example"}], unmatchedPreflights: IGNORE}, ${RATINGS}}`),
    calls: ["/on", "/off"].map((path) => ({
      to: `http://catalog${path}`,
      method: "OPTIONS",
      headers: { origin: "https://b.example", "access-control-request-method": "PUT" },
      expect: {
        status: 200,
        headers: { "x-app": path === "/on" ? "ratings-v1" : null, "access-control-allow-origin": null },
      },
    })),
  },
  {
    name: "CORS: preflight is answered by the proxy, answers carry the origin",
    config: service(`
  - corsPolicy: {allowOrigins: [{exact: "https://a.example"}], allowMethods: [GET, PUT], allowHeaders: [x-a], maxAge: 60s}
    ${RATINGS}`),
    calls: [
      {
        to,
        method: "OPTIONS",
        headers: { origin: "https://a.example", "access-control-request-method": "PUT" },
        expect: {
          status: 200,
          headers: {
            "access-control-allow-origin": "https://a.example",
            "access-control-allow-methods": "GET,PUT",
            "access-control-allow-headers": "x-a",
            "access-control-max-age": "60",
          },
        },
      },
      {
        to,
        headers: { origin: "https://a.example" },
        expect: { status: 200, headers: { "access-control-allow-origin": "https://a.example" } },
      },
      {
        to,
        headers: { origin: "https://b.example" },
        expect: { status: 200, headers: { "access-control-allow-origin": null } },
      },
    ],
  },
  {
    name: "a route without a destination is refused",
    config: service("  - {match: [{uri: {prefix: /}}]}"),
    refused: "configuration is invalid: HTTP route, redirect or direct_response is required",
  },
]);
