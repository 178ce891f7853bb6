import { load } from "js-yaml";
import { expect, it } from "vitest";
import { z } from "zod";
import { regexProblem, validate, warningText } from "./index.ts";

/** A kind, its spec, and all that is said of it: errors, then warnings in brackets. */
const cases: readonly [kind: string, spec: string, ...says: string[]][] = [
  ["VirtualService", "{hosts: [a], http: [{route: [{destination: {host: a}}]}]}"],
  ["VirtualService", "{hosts: [a]}", "http, tcp or tls must be provided in virtual service"],
  [
    "VirtualService",
    "{gateways: [g], tls: [{match: [{sniHosts: [a]}], route: [{destination: {host: a}}]}]}",
    "delegate virtual service must have no gateways specified",
    "delegate virtual service must have no tls route specified",
    'SNI host "a" is not a compatible subset of any of the virtual service hosts: []',
  ],
  [
    "VirtualService",
    "{hosts: ['*'], http: [{route: [{destination: {host: a}}]}]}",
    "wildcard host * is not allowed for virtual services bound to the mesh gateway",
  ],
  [
    "VirtualService",
    "{hosts: ['*.b.c', a.b.c], http: [{route: [{destination: {host: a}}]}]}",
    "duplicate hosts in virtual service: *.b.c & a.b.c",
  ],
  [
    "VirtualService",
    "{hosts: [a_b], http: [{route: [{destination: {host: a}}]}]}",
    'domain name "a_b" invalid (label "a_b" invalid)',
  ],
  [
    "VirtualService",
    "{hosts: [a], gateways: [g.ns], http: [{route: [{destination: {host: a}}]}]}",
    '[using legacy gatewayName format "g.ns"; prefer the <namespace>/<name> format: "ns/g"]',
  ],
  [
    "VirtualService",
    "{hosts: [a], http: [{redirect: {uri: /x, redirectCode: 200}, route: [{destination: {host: a}}], fault: {}}]}",
    "HTTP route cannot contain both route and redirect",
    "HTTP route cannot contain both fault and redirect",
    "HTTP fault injection must have an abort and/or a delay",
    "200 is not a valid redirect code, must be 3xx",
  ],
  [
    "VirtualService",
    "{hosts: [a], http: [{route: [{destination: {host: a}, weight: -1}, {weight: 1}], timeout: soon}]}",
    "weight -1 < 0",
    "destination is required",
    "total destination weight = 0",
    "invalid duration: soon",
  ],
  [
    "VirtualService",
    "{hosts: [a], http: [{route: [{destination: {host: a, subset: A, port: {number: 0}}}], retries: {retryOn: 'never,503'}}]}",
    "http retry policy configured when attempts are set to 0 (disabled)",
    '"never" is not a valid retryOn policy',
    "subset name is invalid: A",
    "port number 0 must be in the range 1..65535",
  ],
  [
    "VirtualService",
    "{hosts: [a], http: [{match: [{uri: {regex: '(?=x)'}}], fault: {abort: {httpStatus: 700, percentage: {value: 101}}, delay: {fixedDelay: 0s}}, route: [{destination: {host: a}}]}]}",
    '"uri": error parsing regexp: invalid or unsupported Perl syntax: `(?=`; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)',
    "percentage 101 is neither 0.0, nor in range [0.0001, 100.0]",
    "HTTP status 700 is not in range 200-599",
    "duration must be greater than 1ms",
  ],
  [
    "VirtualService",
    "{hosts: [a], exportTo: ['*', '.', ns], http: [{route: [{destination: {host: a}}]}]}",
    "duplicate entries in exportTo for entry ns",
    "cannot have both public (*) and non-public exportTo values for a resource",
  ],
  ["Gateway", "{}", "gateway must have at least one server"],
  [
    "Gateway",
    "{servers: [{port: {number: 80, name: a, protocol: HTTPX}}, {hosts: [ns/short], port: {number: 81, name: a, protocol: TCP}}]}",
    "server config must contain at least one host",
    'invalid protocol "HTTPX", supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP',
    "short names (non FQDN) are not allowed",
    "port names in servers must be unique: duplicate name a",
  ],
  [
    "Gateway",
    "{servers: [{hosts: ['*'], port: {number: 443, name: a, protocol: HTTPS}, tls: {mode: MUTUAL}}]}",
    "MUTUAL TLS requires a server certificate",
    "MUTUAL TLS requires a private key",
    "MUTUAL TLS requires a client CA bundle",
  ],
  [
    "Gateway",
    "{servers: [{hosts: ['*'], port: {number: 80, name: a, protocol: HTTP}, tls: {httpsRedirect: true}}]}",
  ],
  [
    "Gateway",
    "{servers: [{hosts: ['*'], port: {number: 443, name: a, protocol: TLS}, tls: {mode: PASSTHROUGH, credentialName: c}}]}",
    "[PASSTHROUGH mode does not use certificates, they will be ignored]",
  ],
  ["DestinationRule", "{}", "empty domain name not allowed"],
  [
    "DestinationRule",
    "{host: a, trafficPolicy: {}, subsets: [{}, {name: v1, trafficPolicy: {tls: {mode: MUTUAL}}}]}",
    "traffic policy must have at least one field",
    "subset name cannot be empty",
    "client certificate required for mutual tls",
    "private key required for mutual tls",
  ],
  [
    "DestinationRule",
    "{host: a, trafficPolicy: {outlierDetection: {consecutiveErrors: 3, interval: 0s, maxEjectionPercent: 101}, portLevelSettings: [{}]}}",
    "duration must be greater than 1ms",
    "percentage 101 is not in range 0..100",
    "portTrafficPolicy must have valid port",
    "port traffic policy must have at least one field",
    "[outlier detection consecutive errors is deprecated, use consecutiveGatewayErrors or consecutive5xxErrors instead]",
  ],
  [
    "ServiceEntry",
    "{hosts: ['*'], ports: [{number: 0, name: A, protocol: HTTP}], endpoints: [{address: 1.2.3.4}]}",
    "invalid host *",
    "invalid port name: A",
    "port number 0 must be in the range 1..65535",
    "no endpoints should be provided for resolution type none",
  ],
  [
    "ServiceEntry",
    "{hosts: ['*.a.b'], addresses: [10.0.0.0/8], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS}",
    "CIDR addresses are allowed only for NONE/STATIC resolution types",
    "hosts must be FQDN if no endpoints are provided for resolution mode DNS",
  ],
  ["Sidecar", "{}", "sidecar: empty configuration provided"],
  [
    "Sidecar",
    "{egress: [{hosts: [a.b]}, {hosts: []}]}",
    "sidecar: the egress listener with empty port should be the last listener in the list",
    "host must be of form namespace/dnsName",
    "sidecar: egress listener must contain at least one host",
  ],
  [
    "AuthorizationPolicy",
    "{provider: {name: x}, rules: [{to: [{operation: {ports: ['0']}}], when: [{key: k}, {values: [v]}]}]}",
    "invalid policy x.ns: `provider` must not be with non CUSTOM action, found ALLOW",
    "invalid policy x.ns: invalid port 0",
    "invalid policy x.ns: at least one of `values` or `notValues` must be set for key k",
    "invalid policy x.ns: `key` must not be empty",
  ],
  ["PeerAuthentication", "{selector: {}}", "[workload selector specified without labels]"],
  [
    "PeerAuthentication",
    "{selector: {matchLabels: {a: '*'}}, portLevelMtls: {'0': {mode: STRICT}}}",
    "port cannot be 0",
    'wildcard is not supported in selector: "a=*"',
  ],
  [
    "Telemetry",
    "{tracing: [{randomSamplingPercentage: 101, providers: [{}]}]}",
    "providers.name may not be empty",
    "randomSamplingPercentage must be in range [0.0, 100.0]",
  ],
  ["WorkloadGroup", "{}"],
];

it.each(cases)("%s %s", (kind, yaml, ...says) => {
  const spec = z.record(z.string(), z.unknown()).parse(load(yaml));
  const { errors, warnings } = validate({ kind, name: "x", namespace: "ns", spec });
  expect([...errors, ...warnings.map((warning) => `[${warningText(warning)}]`)]).toEqual(says);
});

it.each([
  ["/a|/b[*?|(]", undefined],
  ["(?i)x", undefined],
  ["(?P<name>x)", undefined],
  ["\\d+\\.\\w{2,}", undefined],
  ["(?<!a)b", "error parsing regexp: invalid or unsupported Perl syntax: `(?<`"],
  ["(a)\\1", "error parsing regexp: invalid escape sequence: `\\1`"],
  ["\\y", "error parsing regexp: invalid escape sequence: `\\y`"],
  ["a|*", "error parsing regexp: missing argument to repetition operator: `*`"],
  ["(a", "error parsing regexp: missing closing ): `(a`"],
  ["a)", "error parsing regexp: unexpected ): `a)`"],
  ["x[a", "error parsing regexp: missing closing ]: `[a`"],
])("the expression %s", (expression, problem) => {
  expect(regexProblem(expression)).toBe(problem);
});
