import { expect, it } from "vitest";
import { analyzed, type Case } from "./testing/analyzed.ts";
import { certificateUntil } from "./testing/certificates.ts";
import { gatewayPod, together } from "./testing/objects.ts";

const http = (number: number, hosts = "['*']") => `
  - port: {number: ${number}, name: http, protocol: HTTP}
    hosts: ${hosts}`;
const https = (credential: string, hosts: string) => `
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: ${hosts}
    tls: {mode: SIMPLE, credentialName: ${credential}}`;
const gateway = (name: string, servers: string, selector = "ingressgateway") => `
apiVersion: networking.istio.io/v1beta1
kind: Gateway
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {istio: ${selector}}
  servers:${servers}`;

const lasting = await certificateUntil("2030-01-01");
const ended = await certificateUntil("2026-02-01");

const secret = (name: string, certificate: string) => `
apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: istio-system}
type: kubernetes.io/tls
data: {tls.crt: ${Buffer.from(certificate).toString("base64")}, tls.key: eA==}`;

const cases: Case[] = [
  { name: "a gateway that is right", yaml: together(gatewayPod, gateway("a", http(80))), says: [] },
  {
    name: "its pod's own port is right too",
    yaml: together(gatewayPod, gateway("a", http(8080))),
    says: [],
  },
  {
    name: "IST0101 a selector that selects nobody, said once",
    yaml: together(gatewayPod, gateway("a", http(80), "ingress")),
    says: ['Error [IST0101] (Gateway shop/a) Referenced selector not found: "istio=ingress"'],
  },
  {
    name: "IST0162 a port that the service does not open",
    yaml: together(gatewayPod, gateway("a", http(8081))),
    says: [
      "Warning [IST0162] (Gateway shop/a) The gateway is listening on a target port (port 8081) that is not defined in the Service associated with its workload instances (Pod selector istio=ingressgateway). If you need to access the gateway port through the gateway Service, it will not be available.",
    ],
  },
  {
    name: "IST0101 a certificate that is not there",
    yaml: together(gatewayPod, gateway("a", https("shop-cert", "[shop.example]"))),
    says: ['Error [IST0101] (Gateway shop/a) Referenced credentialName not found: "shop-cert"'],
  },
  {
    name: "a certificate that is valid",
    yaml: together(
      gatewayPod,
      secret("shop-cert", lasting),
      gateway("a", https("shop-cert", "[shop.example]")),
    ),
    says: [],
  },
  {
    name: "IST0161 a certificate that has ended",
    yaml: together(
      gatewayPod,
      secret("shop-cert", ended),
      gateway("a", https("shop-cert", "[shop.example]")),
    ),
    says: [
      "Error [IST0161] (Gateway shop/a) The credential referenced by the Gateway a in namespace istio-system is invalid, which can cause the traffic not to work as expected.",
    ],
  },
  {
    name: "IST0161 a secret that holds none",
    yaml: together(
      gatewayPod,
      secret("shop-cert", "nothing"),
      gateway("a", https("shop-cert", "[shop.example]")),
    ),
    says: [
      "Error [IST0161] (Gateway shop/a) The credential referenced by the Gateway a in namespace istio-system is invalid, which can cause the traffic not to work as expected.",
    ],
  },
  {
    name: "IST0138 one certificate at two gateways",
    yaml: together(
      gatewayPod,
      secret("shop-cert", lasting),
      gateway("a", https("shop-cert", "[a.shop.example]")),
      gateway("b", https("shop-cert", "[b.shop.example]")),
    ),
    says: [
      "Warning [IST0138] (Gateway shop/a) Duplicate certificate in multiple gateways [shop/a shop/b] may cause 404s if clients re-use HTTP2 connections.",
      "Warning [IST0138] (Gateway shop/b) Duplicate certificate in multiple gateways [shop/b shop/a] may cause 404s if clients re-use HTTP2 connections.",
    ],
  },
  {
    name: "IST0145 two gateways of one port and host",
    yaml: together(
      gatewayPod,
      gateway("a", http(80, "[shop.example]")),
      gateway("b", http(80, "['*.example']")),
    ),
    says: [
      "Error [IST0145] (Gateway shop/a) Conflict with gateways shop/b (workload selector istio=ingressgateway, port 80, hosts shop.example).",
      "Error [IST0145] (Gateway shop/b) Conflict with gateways shop/a (workload selector istio=ingressgateway, port 80, hosts *.example).",
    ],
  },
  {
    name: "IST0106 HTTPS without TLS settings",
    only: "schema",
    yaml: gateway("a", "\n  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: [shop.example]}"),
    says: [
      "Error [IST0106] (Gateway shop/a) Schema validation error: server must have TLS settings for HTTPS/TLS protocols",
    ],
  },
  {
    name: "IST0133 a redirect at a port that is none of HTTP",
    only: "schema",
    yaml: gateway(
      "a",
      "\n  - port: {number: 443, name: https, protocol: HTTPS}\n    hosts: [shop.example]\n    tls: {mode: SIMPLE, credentialName: c, httpsRedirect: true}",
    ),
    says: [
      "Warning [IST0133] (Gateway shop/a) Schema validation warning: tls.httpsRedirect should only be used with http servers",
    ],
  },
];

it.each(cases)("$name", ({ yaml, says, only }) => {
  expect(analyzed(yaml, { only })).toEqual(says);
});
