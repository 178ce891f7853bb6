import { simulate } from "../table.ts";

const tracing = (spec: string) => `
apiVersion: telemetry.istio.io/v1alpha1
kind: Telemetry
metadata: {name: mesh, namespace: istio-system}
spec: {tracing: [${spec}]}
---`;

const RATINGS = "{service: ratings.shop.svc.cluster.local, port: 80}";
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";

const OTEL = `extensionProviders: [{name: otel, opentelemetry: ${RATINGS}}]`;
const ZIPKIN = `extensionProviders: [{name: zipkin, zipkin: ${RATINGS}}]`;
const BOTH = `extensionProviders:
- {name: both, zipkin: {service: ratings.shop.svc.cluster.local, port: 80, traceContextOption: USE_B3_WITH_W3C_PROPAGATION}}`;

const named = (name: string, more = "") => tracing(`{providers: [{name: ${name}}], ${more}}`);
const to = "http://catalog/";
const began = { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: "vendor=1,other=2" };

simulate("Tracing", [
  {
    name: "an OpenTelemetry provider: W3C's headers, not Zipkin's; a state without a parent is thrown away",
    config: named("otel", "randomSamplingPercentage: 100"),
    mesh: OTEL,
    calls: [
      {
        to,
        headers: { tracestate: "vendor=1" },
        expect: {
          sent: { traceparent: /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/, tracestate: "", "x-b3-traceid": null },
        },
      },
      {
        to,
        headers: { "x-b3-traceid": TRACE, "x-b3-spanid": PARENT, "x-b3-sampled": "1" },
        expect: { sent: { traceparent: new RegExp(`^00-(?!${TRACE})`), "x-b3-spanid": PARENT } },
      },
    ],
  },
  {
    name: "a trace that the client began goes on by its own word, whatever the sampling",
    config: named("otel", "randomSamplingPercentage: 0"),
    mesh: OTEL,
    calls: [
      {
        to,
        headers: began,
        expect: {
          sent: {
            traceparent: new RegExp(`^00-${TRACE}-(?!${PARENT})[0-9a-f]{16}-01$`),
            tracestate: "vendor=1,other=2",
          },
        },
      },
      {
        to,
        headers: { ...began, traceparent: `00-${TRACE}-${PARENT}-00` },
        expect: { sent: { traceparent: new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`) } },
      },
      { to, expect: { sent: { traceparent: /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/ } } },
    ],
  },
  {
    name: "a broken traceparent is left alone, and nothing is traced",
    config: named("otel"),
    mesh: OTEL,
    calls: [
      { to, headers: { traceparent: "00-abc-def-01" }, expect: { sent: { traceparent: "00-abc-def-01" } } },
    ],
  },
  {
    name: "a Zipkin provider: B3; W3C's headers pass through untouched",
    config: named("zipkin", "randomSamplingPercentage: 100"),
    mesh: ZIPKIN,
    calls: [
      {
        to,
        headers: began,
        expect: {
          sent: {
            ...began,
            "x-b3-traceid": /^[0-9a-f]{32}$/,
            "x-b3-sampled": "1",
            "x-b3-parentspanid": /^[0-9a-f]{16}$/,
          },
        },
      },
    ],
  },
  {
    name: "1.29: a Zipkin provider reads and writes W3C's headers too where it is told so; 1.21 does not know how",
    config: named("both", "randomSamplingPercentage: 100"),
    version: "1.29.6",
    mesh: BOTH,
    calls: [
      {
        to,
        headers: began,
        expect: {
          sent: {
            traceparent: new RegExp(`^00-${TRACE}-(?!${PARENT})[0-9a-f]{16}-01$`),
            tracestate: "vendor=1,other=2",
            "x-b3-traceid": TRACE,
            "x-b3-sampled": "1",
          },
        },
      },
      {
        to,
        headers: { ...began, "x-b3-traceid": "a".repeat(32), "x-b3-spanid": "b".repeat(16) },
        expect: { sent: { traceparent: /^00-a{32}-/, "x-b3-traceid": "a".repeat(32) } },
      },
    ],
  },
  {
    name: "… 1.21",
    config: named("both", "randomSamplingPercentage: 100"),
    mesh: BOTH,
    calls: [
      { to, headers: began, expect: { sent: { ...began, "x-b3-traceid": new RegExp(`^(?!${TRACE})`) } } },
    ],
  },
  {
    name: "1.29: a gateway's tries upstream are spans of their own",
    config: `${named("zipkin", "randomSamplingPercentage: 100")}
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: web, namespace: shop}
spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec: {hosts: ["*"], gateways: [web], http: [{route: [{destination: {host: legacy.outside.svc.cluster.local}}]}]}`,
    version: "1.29.6",
    mesh: ZIPKIN,
    calls: [
      {
        from: "stranger-v1",
        via: "ingress.istio-system",
        to: "http://any.example/",
        expect: { by: "legacy-v1", sent: { "x-b3-parentspanid": /^[0-9a-f]{16}$/ } },
      },
    ],
  },
  {
    name: "no provider, an unknown one, one without a collector in the mesh: no spans, no headers",
    config: named("nobody", "randomSamplingPercentage: 100"),
    mesh: "extensionProviders: [{name: nobody, opentelemetry: {service: nowhere.example.com, port: 4317}}]",
    calls: [{ to, expect: { sent: { traceparent: null, "x-b3-traceid": null } } }],
  },
  {
    name: "disableSpanReporting, for the side that asks only",
    config: `${named("otel")}
apiVersion: telemetry.istio.io/v1alpha1
kind: Telemetry
metadata: {name: quiet, namespace: shop}
spec: {tracing: [{match: {mode: CLIENT}, disableSpanReporting: true}]}`,
    mesh: OTEL,
    calls: [{ to, expect: { sent: { traceparent: /^00-/ } } }],
  },
  {
    name: "useRequestIdForTraceSampling false: x-request-id does not carry the decision",
    config: named("otel", "randomSamplingPercentage: 100, useRequestIdForTraceSampling: false"),
    mesh: OTEL,
    calls: [
      {
        to,
        headers: { "x-request-id": "12345678-9abc-4def-8123-456789abcdef" },
        expect: { sent: { traceparent: /-01$/, "x-request-id": "12345678-9abc-4def-8123-456789abcdef" } },
      },
    ],
  },
]);
