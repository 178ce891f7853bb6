import { simulate } from "../table.ts";

const telemetry = (spec: string, place = "namespace: shop") => `
apiVersion: telemetry.istio.io/v1alpha1
kind: Telemetry
metadata: {name: t-${place.length}, ${place}}
spec: ${spec}
---`;

const LOGGING = "accessLogFile: /dev/stdout";
const ok = { to: "http://ratings/fine", expect: { status: 200 } };
const bad = { to: "http://ratings/status/500", expect: { status: 500 } };

simulate("Telemetry", [
  {
    name: "without one, the mesh configuration decides: nobody logs",
    config: "",
    calls: [ok],
    log: { "ratings-v1": [], "shopper-v1": [] },
  },
  {
    name: "the mesh's access log file: both sides log",
    config: "",
    mesh: LOGGING,
    calls: [ok],
    log: { "ratings-v1": ['"GET /fine HTTP/1.1" 200'], "shopper-v1": ['"GET /fine HTTP/1.1" 200'] },
  },
  {
    name: "access logs by provider, for one namespace",
    config: telemetry("{accessLogging: [{providers: [{name: envoy}]}]}"),
    calls: [ok, { to: "http://partner.partner/x", expect: { status: 200 } }],
    log: { "ratings-v1": ['"GET /fine HTTP/1.1" 200'], "partner-v1": [] },
  },
  {
    name: "a filter keeps failures only",
    config: telemetry(
      '{accessLogging: [{providers: [{name: envoy}], filter: {expression: "response.code >= 400"}}]}',
    ),
    calls: [ok, bad],
    log: { "ratings-v1": ["/status/500"] },
    unlogged: { "ratings-v1": ["/fine"] },
  },
  {
    name: "a workload's word counts before its namespace's, SERVER before both sides",
    config:
      telemetry("{accessLogging: [{providers: [{name: envoy}]}]}") +
      telemetry(
        "{selector: {matchLabels: {app: ratings}}, accessLogging: [{providers: [{name: envoy}], disabled: true, match: {mode: SERVER}}]}",
        'namespace: shop, labels: {a: "b"}',
      ),
    calls: [ok],
    log: { "shopper-v1": ["/fine"], "ratings-v1": [] },
  },
  {
    name: "a file log of the mesh's own, as JSON",
    config: telemetry("{accessLogging: [{providers: [{name: structured}]}]}"),
    mesh: `extensionProviders:
- name: structured
  envoyFileAccessLog: {path: /dev/stdout, logFormat: {labels: {status: "%RESPONSE_CODE%", path: "%REQ(:PATH)%", flags: "%RESPONSE_FLAGS%"}}}`,
    calls: [ok],
    log: { "ratings-v1": ['{"flags":null,"path":"/fine","status":200}'] },
  },
  {
    name: "metrics are counted by the standard labels",
    config: "",
    calls: [ok],
    metrics: {
      "ratings-v1": [
        /istio_requests_total\{reporter="destination".*request_protocol="http",response_code="200"/,
      ],
    },
  },
  {
    name: "a metric is switched off, a tag taken away, another added",
    config: telemetry(`
  metrics:
  - providers: [{name: prometheus}]
    overrides:
    - {match: {metric: REQUEST_DURATION}, disabled: true}
    - match: {metric: REQUEST_COUNT, mode: SERVER}
      tagOverrides:
        request_protocol: {operation: REMOVE}
        host: {value: request.host}
        path: {value: request.url_path}`),
    calls: [ok],
    metrics: {
      "ratings-v1": [/istio_requests_total\{(?!.*request_protocol).*host="ratings",path="\/fine"\} 1/],
      "shopper-v1": [/istio_requests_total\{.*request_protocol="http"/],
    },
    uncounted: { "ratings-v1": [/istio_request_duration/], "shopper-v1": [/istio_request_duration/] },
  },
  {
    name: "all metrics of the client side are switched off",
    config: telemetry(
      "{metrics: [{providers: [{name: prometheus}], overrides: [{match: {mode: CLIENT}, disabled: true}]}]}",
    ),
    calls: [ok],
    metrics: { "ratings-v1": [/istio_requests_total/] },
    uncounted: { "shopper-v1": [/istio_requests_total/] },
  },
  {
    name: "an added tag needs a value",
    config: telemetry("{metrics: [{overrides: [{tagOverrides: {x: {operation: UPSERT}}}]}]}"),
    refused: "configuration is invalid: tagOverrides.value must be set when operation is UPSERT",
  },
  {
    name: "a provider needs a name",
    config: telemetry('{accessLogging: [{providers: [{name: ""}]}]}'),
    refused: "configuration is invalid: providers.name may not be empty",
  },
]);
