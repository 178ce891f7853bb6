import { CLIENT_CA, CLIENT_PAIR, OTHER_PAIR, PAIR, secretOf } from "../certificates.ts";
import { simulate } from "../table.ts";

const gateway = (servers: string, name = "web") => `
apiVersion: networking.istio.io/v1beta1
kind: Gateway
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers:
${servers}
---`;
const routes = (host: string, spec: string, gateways = "[web]") => `
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: "${host.replace(/[^a-z]/g, "")}-vs", namespace: shop}
spec:
  hosts: ["${host}"]
  gateways: ${gateways}
${spec}
---`;
const HTTP = "  - {port: {number: 80, name: http, protocol: HTTP}, hosts: ['*.example']}";
const RATINGS = "  http: [{route: [{destination: {host: ratings}}]}]";
const CATALOG = "  http: [{route: [{destination: {host: catalog}}]}]";

/** From outside the mesh, by the ingress gateway's address. */
const outside = { from: "stranger-v1", via: "ingress.istio-system" } as const;

simulate("Gateway", [
  {
    name: "no Gateway: nothing listens",
    config: "",
    calls: [{ ...outside, to: "http://a.example/", expect: { failure: "ECONNREFUSED" } }],
  },
  {
    name: "a Gateway without routes: 404 for every host",
    config: gateway(HTTP),
    calls: [
      {
        ...outside,
        to: "http://a.example/",
        expect: { status: 404, body: "", headers: { server: "istio-envoy" } },
      },
    ],
  },
  {
    name: "hosts of the route and of the server both count",
    config: gateway(HTTP) + routes("a.example", RATINGS) + routes("b.other", CATALOG),
    calls: [
      {
        ...outside,
        to: "http://a.example/",
        expect: { by: "ratings-v1", headers: { server: "istio-envoy" } },
      },
      { ...outside, to: "http://c.example/", expect: { status: 404 } },
      { ...outside, to: "http://b.other/", expect: { status: 404 } },
    ],
  },
  {
    name: "two VirtualServices for one host on a gateway are merged, the oldest first",
    config:
      gateway(HTTP) +
      routes(
        "a.example",
        "  http: [{match: [{uri: {prefix: /r}}], route: [{destination: {host: ratings}}]}]",
      ) +
      routes("a.example", CATALOG).replace("aexample-vs", "second"),
    calls: [
      { ...outside, to: "http://a.example/r", expect: { by: "ratings-v1" } },
      {
        ...outside,
        to: "http://a.example/c",
        times: 30,
        shares: { "catalog-v1": [1, 28], "catalog-v2": [1, 28], "catalog-v3": [1, 28] },
      },
    ],
  },
  {
    name: "httpsRedirect",
    config: gateway(
      "  - {port: {number: 80, name: http, protocol: HTTP}, hosts: ['*'], tls: {httpsRedirect: true}}",
    ),
    calls: [
      {
        ...outside,
        to: "http://a.example/x",
        expect: { status: 301, headers: { location: "https://a.example/x" } },
      },
    ],
  },
  {
    name: "TLS SIMPLE: the certificate of the Secret, by SNI; a name nobody serves gets none",
    config:
      secretOf("cert", PAIR) +
      gateway(
        "  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: [a.example], tls: {mode: SIMPLE, credentialName: cert}}",
      ) +
      routes("a.example", RATINGS),
    calls: [
      { ...outside, to: "https://a.example/", expect: { by: "ratings-v1", subject: "DNS:a.example" } },
      { ...outside, to: "https://b.example/", expect: { failure: "ECONNRESET" } },
      { ...outside, to: "http://a.example:443/", expect: { failure: "ECONNRESET" } },
    ],
  },
  {
    name: "two hosts, two certificates on one port",
    config:
      secretOf("cert", PAIR) +
      secretOf("other", OTHER_PAIR) +
      gateway(`  - {port: {number: 443, name: a, protocol: HTTPS}, hosts: [a.example], tls: {mode: SIMPLE, credentialName: cert}}
  - {port: {number: 443, name: b, protocol: HTTPS}, hosts: [b.example], tls: {mode: SIMPLE, credentialName: other}}`) +
      routes("a.example", RATINGS) +
      routes("b.example", RATINGS),
    calls: [
      { ...outside, to: "https://a.example/", expect: { by: "ratings-v1", subject: "DNS:a.example" } },
      { ...outside, to: "https://b.example/", expect: { by: "ratings-v1", subject: "DNS:b.example" } },
    ],
  },
  {
    name: "a Secret that is missing: no handshake",
    config:
      gateway(
        "  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: [a.example], tls: {mode: SIMPLE, credentialName: absent}}",
      ) + routes("a.example", RATINGS),
    calls: [{ ...outside, to: "https://a.example/", expect: { failure: "ECONNRESET" } }],
  },
  {
    name: "another Secret of the name: the next handshake shows its certificate, nothing is restarted",
    config:
      secretOf("cert", PAIR) +
      gateway(
        "  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: ['*'], tls: {mode: SIMPLE, credentialName: cert}}",
      ) +
      routes("a.example", RATINGS),
    calls: [{ ...outside, to: "https://a.example/", expect: { subject: "DNS:a.example" } }],
    afterwards: [
      {
        config:
          secretOf("cert", OTHER_PAIR) +
          gateway(
            "  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: ['*'], tls: {mode: SIMPLE, credentialName: cert}}",
          ) +
          routes("a.example", RATINGS),
        calls: [{ ...outside, to: "https://a.example/", expect: { subject: "DNS:b.example" } }],
      },
    ],
  },
  {
    name: "TLS MUTUAL: a client needs a certificate of the named authority",
    config:
      secretOf("cert", { ...PAIR, ca: CLIENT_CA }) +
      gateway(
        "  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: [a.example], tls: {mode: MUTUAL, credentialName: cert}}",
      ) +
      routes("a.example", RATINGS),
    calls: [
      { ...outside, to: "https://a.example/", certificate: CLIENT_PAIR, expect: { by: "ratings-v1" } },
      {
        ...outside,
        to: "https://a.example/",
        certificate: OTHER_PAIR,
        expect: { failed: true },
      },
    ],
  },
  {
    name: "TLS PASSTHROUGH by SNI: the certificate is the backend's",
    config: `${gateway(
      "  - {port: {number: 443, name: tls, protocol: TLS}, hosts: [echo.example], tls: {mode: PASSTHROUGH}}",
    )}${routes("echo.example", "  tls: [{match: [{sniHosts: [echo.example]}], route: [{destination: {host: ratings, port: {number: 80}}}]}]")}`,
    calls: [{ ...outside, to: "https://nobody.example/", expect: { failure: "ECONNRESET" } }],
  },
  {
    name: "TCP",
    config: `${gateway("  - {port: {number: 31400, name: tcp, protocol: TCP}, hosts: ['*']}")}${routes(
      "*",
      "  tcp: [{match: [{port: 31400}], route: [{destination: {host: echo, port: {number: 9000}}}]}]",
    )}`,
    calls: [{ ...outside, to: "tcp://any:31400", expect: { body: "echo-v1 hello" } }],
  },
  {
    name: "the client's address and scheme are told to the application",
    config: gateway(HTTP) + routes("a.example", RATINGS),
    calls: [
      {
        ...outside,
        to: "http://a.example/",
        headers: { "x-envoy-internal-thing": "forged" },
        expect: {
          by: "ratings-v1",
          sent: { "x-forwarded-proto": "http" },
          seenHeaders: ["x-forwarded-for", "x-request-id"],
        },
      },
    ],
  },
  {
    name: "a server without a host, HTTPS without settings",
    config: gateway("  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: []}"),
    refused:
      "configuration is invalid: 2 errors occurred:\n\t* server config must contain at least one host\n\t* server must have TLS settings for HTTPS/TLS protocols\n\n",
  },
]);
