import { expect, it } from "vitest";
import { analyzed, type Case } from "./testing/analyzed.ts";
import { namespace, pod, service, together } from "./testing/objects.ts";

const object =
  (group: string, kind: string) =>
  (name: string, spec: string, ns = "shop") =>
    `
apiVersion: ${group}
kind: ${kind}
metadata: {name: ${name}, namespace: ${ns}}
spec: ${spec}`;

const policy = object("security.istio.io/v1beta1", "AuthorizationPolicy");
const peers = object("security.istio.io/v1beta1", "PeerAuthentication");
const tokens = object("security.istio.io/v1beta1", "RequestAuthentication");
const sidecar = object("networking.istio.io/v1beta1", "Sidecar");
const telemetry = object("telemetry.istio.io/v1alpha1", "Telemetry");
const destination = object("networking.istio.io/v1beta1", "DestinationRule");
const entry = object("networking.istio.io/v1beta1", "ServiceEntry");
const filter = object("networking.istio.io/v1alpha3", "EnvoyFilter");

const shop = together(namespace("shop"), pod("web"), service("web"));
const egress = "egress: [{hosts: ['./*']}]";

const patch = (name: string, operation: string, more = "") =>
  filter(
    name,
    `{${more}configPatches: [{applyTo: HTTP_FILTER, patch: {operation: ${operation}, value: {name: lua}}}]}`,
  );

const cases: Case[] = [
  {
    name: "IST0127 a policy that protects nobody",
    yaml: together(
      shop,
      policy("right", "{selector: {matchLabels: {app: web}}}"),
      policy("wrong", "{selector: {matchLabels: {version: v1, app: wbe}}}"),
      policy("everywhere", "{}", "istio-system"),
    ),
    says: [
      "Warning [IST0127] (AuthorizationPolicy shop/wrong) No matching workloads for this resource with the following labels: app=wbe,version=v1",
    ],
  },
  {
    name: "IST0127 a policy of a namespace without pods",
    yaml: together(namespace("empty"), policy("all", "{}", "empty")),
    says: [
      "Warning [IST0127] (AuthorizationPolicy empty/all) No matching workloads for this resource with the following labels: ",
    ],
  },
  {
    name: "IST0101 a namespace that is not there",
    yaml: together(
      shop,
      policy(
        "p",
        "{rules: [{from: [{source: {namespaces: [shop, 'sh*', nowhere], notNamespaces: [gone]}}]}]}",
      ),
    ),
    says: [
      'Error [IST0101] (AuthorizationPolicy shop/p) Referenced namespace not found: "gone"',
      'Error [IST0101] (AuthorizationPolicy shop/p) Referenced namespace not found: "nowhere"',
    ],
  },
  {
    name: "IST0106 and IST0133 policies that mean nothing, or too much",
    only: "schema",
    yaml: together(
      policy("never", "{action: DENY}"),
      policy("tcp", "{action: DENY, rules: [{to: [{operation: {paths: [/admin]}}]}]}"),
      policy("empty", "{rules: [{from: [{source: {}}]}]}"),
      peers("ports", "{portLevelMtls: {8080: {mode: DISABLE}}}"),
      tokens("nobody", "{jwtRules: [{jwks: '{}'}]}"),
    ),
    says: [
      "Error [IST0106] (AuthorizationPolicy shop/empty) Schema validation error: invalid policy empty.shop: `from.source` must not be empty, found at rule 0",
      "Error [IST0106] (AuthorizationPolicy shop/never) Schema validation error: invalid policy never.shop: DENY action without `rules` is meaningless as it will never be triggered, add an empty rule `{}` if you want it be triggered for every request",
      "Error [IST0106] (PeerAuthentication shop/ports) Schema validation error: mesh/namespace peer authentication cannot have port level mTLS",
      "Error [IST0106] (RequestAuthentication shop/nobody) Schema validation error: issuer must be set",
      "Warning [IST0133] (AuthorizationPolicy shop/tcp) Schema validation warning: configured AuthorizationPolicy will deny all traffic to TCP ports under its scope due to the use of only HTTP attributes in a DENY rule; it is recommended to explicitly specify the port",
    ],
  },
  {
    name: "IST0101 and IST0110 sidecars that select nobody, or the same",
    yaml: together(
      shop,
      sidecar("none", `{workloadSelector: {labels: {app: wbe}}, ${egress}}`),
      sidecar("one", `{workloadSelector: {labels: {app: web}}, ${egress}}`),
      sidecar("two", `{workloadSelector: {labels: {app: web}}, ${egress}}`),
    ),
    says: [
      'Error [IST0101] (Sidecar shop/none) Referenced selector not found: "app=wbe"',
      ...["one", "two"].map(
        (name) =>
          `Error [IST0110] (Sidecar shop/${name}) The Sidecars [one two] in namespace "shop" select the same workload pod "web", which can lead to undefined behavior.`,
      ),
    ],
  },
  {
    name: "IST0111 two sidecars for a whole namespace",
    yaml: together(
      shop,
      sidecar("a", `{${egress}}`),
      sidecar("b", `{${egress}}`),
      sidecar("c", `{${egress}}`, "other"),
    ),
    says: ["a", "b"].map(
      (name) =>
        `Error [IST0111] (Sidecar shop/${name}) The Sidecars [a b] in namespace "shop" have no workload selector, which can lead to undefined behavior.`,
    ),
  },
  {
    name: "IST0157, IST0159 and IST0160 telemetry that collides",
    yaml: together(
      shop,
      telemetry("a", "{selector: {matchLabels: {app: web}}, accessLogging: [{providers: [{name: envoy}]}]}"),
      telemetry("b", "{selector: {matchLabels: {app: web}}}"),
      telemetry("c", "{accessLogging: [{}]}"),
      telemetry("d", "{accessLogging: [{disabled: true}]}"),
    ),
    says: [
      ...["a", "b"].map(
        (name) =>
          `Error [IST0159] (Telemetry shop/${name}) The Telemetries [a b] in namespace "shop" select the same workload pod "web", which can lead to undefined behavior.`,
      ),
      ...["c", "d"].map(
        (name) =>
          `Error [IST0160] (Telemetry shop/${name}) The Telemetries [c d] in namespace "shop" have no workload selector, which can lead to undefined behavior.`,
      ),
      'Warning [IST0157] (Telemetry shop/c) The Telemetry c in namespace "shop" with empty providers will be ignored.',
    ],
  },
  {
    name: "IST0128 and IST0129 TLS to a server that nobody verifies",
    yaml: destination(
      "db",
      "{host: db.example.com, trafficPolicy: {tls: {mode: SIMPLE}, portLevelSettings: [{port: {number: 443}, tls: {mode: MUTUAL, clientCertificate: c, privateKey: k}}, {port: {number: 444}, tls: {mode: SIMPLE, caCertificates: ca}}]}}",
    ),
    says: [
      "Warning [IST0128] (DestinationRule shop/db) DestinationRule shop/db in namespace shop has TLS mode set to SIMPLE but no caCertificates are set to validate server identity for host: db.example.com",
      "Warning [IST0129] (DestinationRule shop/db) DestinationRule shop/db in namespace shop has TLS mode set to MUTUAL but no caCertificates are set to validate server identity for host: db.example.com at port number:443",
    ],
  },
  {
    name: "IST0173 and IST0174 subsets and hosts without anybody, since 1.25",
    release: "1.29.6",
    yaml: together(
      shop,
      destination("web", "{host: web, subsets: [{name: v1}, {name: v9, labels: {version: v9}}]}"),
      destination("gone", "{host: gone}"),
    ),
    says: [
      "Error [IST0173] (DestinationRule shop/web) The Subset v9 defined in the DestinationRule does not select any pods. Which may lead to 503 UH (NoHealthyUpstream).",
      "Warning [IST0174] (DestinationRule shop/gone) The host gone defined in the DestinationRule does not match any services in the mesh.",
    ],
  },
  {
    name: "IST0171 what the Gateway API could not do, since 1.25",
    release: "1.29.6",
    yaml: together(
      `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: front, namespace: shop}
status: {conditions: [{type: Accepted, status: "True"}, {type: Programmed, status: "False", reason: AddressNotAssigned, message: no address}]}`,
      `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
status: {parents: [{conditions: [{type: ResolvedRefs, status: "False", reason: BackendNotFound, message: no such service}]}]}`,
    ),
    says: [
      "Warning [IST0171] (Gateway shop/front) A condition with a negative status is present: type=Programmed, reason=AddressNotAssigned, message=no address.",
      "Warning [IST0171] (HTTPRoute shop/web) A condition with a negative status is present: type=ResolvedRefs, reason=BackendNotFound, message=no such service.",
    ],
  },
  {
    name: "subsets and hosts without anybody pass before",
    yaml: together(shop, destination("gone", "{host: gone, subsets: [{name: v9, labels: {version: v9}}]}")),
    says: [],
  },
  {
    name: "IST0133 and IST0134 TCP without an address",
    yaml: entry(
      "db",
      "{hosts: [db.example.com], ports: [{number: 5432, name: tcp, protocol: TCP}], resolution: DNS}",
    ),
    says: [
      "Warning [IST0133] (ServiceEntry shop/db) Schema validation warning: addresses are required for ports serving TCP (or unset) protocol",
      "Warning [IST0134] (ServiceEntry shop/db) ServiceEntry addresses are required for this protocol.",
    ],
  },
  {
    name: "IST0151 a patch that depends on its order",
    yaml: together(
      patch("a", "INSERT_BEFORE"),
      patch("b", "INSERT_BEFORE", "priority: 10, "),
      patch("c", "INSERT_FIRST"),
    ),
    says: [
      "Warning [IST0151] (EnvoyFilter shop/a) This EnvoyFilter does not have a priority and has a relative patch operation set which can cause the EnvoyFilter not to be applied. Using the INSERT_FIRST of ADD option or setting the priority may help in ensuring the EnvoyFilter is applied correctly.",
    ],
  },
  {
    name: "IST0152, IST0153 and IST0154 patches that cannot be",
    yaml: together(
      patch("replace", "REPLACE").replace("HTTP_FILTER", "CLUSTER"),
      patch("add", "ADD").replace("HTTP_FILTER", "HTTP_ROUTE"),
      patch("remove", "REMOVE").replace("HTTP_FILTER", "ROUTE_CONFIGURATION"),
    ),
    says: [
      "Error [IST0152] (EnvoyFilter shop/replace) The REPLACE operation is only valid for HTTP_FILTER and NETWORK_FILTER.",
      "Error [IST0153] (EnvoyFilter shop/add) The ADD operation will be ignored when applyTo is set to ROUTE_CONFIGURATION, or HTTP_ROUTE.",
      "Error [IST0154] (EnvoyFilter shop/remove) The REMOVE operation will be ignored when applyTo is set to ROUTE_CONFIGURATION, or HTTP_ROUTE.",
    ],
  },
  {
    name: "IST0166 a selector on a gateway of the Gateway API",
    only: "k8sgateway",
    yaml: together(
      pod("gw", ", istio.io/gateway-name: front"),
      policy("p", "{selector: {matchLabels: {app: gw}}}"),
      policy("q", "{targetRef: {kind: Gateway, name: front}}"),
    ),
    says: [
      "Warning [IST0166] (AuthorizationPolicy shop/p) Ineffective selector on Kubernetes Gateway front. Use the TargetRef field instead.",
    ],
  },
  {
    name: "IST0001 what has not the shape of its kind",
    yaml: destination("odd", "{host: [1]}"),
    only: "destinationrule.",
    says: [
      "Error [IST0001] (DestinationRule shop/odd) Internal error: host: Invalid input: expected string, received array",
    ],
  },
];

it.each(cases)("$name", ({ yaml, says, release, only }) => {
  expect(analyzed(yaml, { release, only })).toEqual(says);
});
