import { expect, it } from "vitest";
import { analyzed, type Case } from "./testing/analyzed.ts";
import { gatewayPod, rule, service, together } from "./testing/objects.ts";

const gateway = (hosts: string, name = "shop-gateway", namespace = "shop") => `
apiVersion: networking.istio.io/v1beta1
kind: Gateway
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: ${hosts}
`;

const web = service("web");
const to = (destination: string) => `
hosts: [web]
http:
- route:
  - destination: ${destination}`;

const cases: Case[] = [
  {
    name: "a route to a service that is there",
    yaml: together(web, rule("web", to("{host: web}"))),
    says: [],
  },
  {
    name: "IST0101 a host that is not there",
    yaml: together(web, rule("web", to("{host: wbe}"))),
    says: ['Error [IST0101] (VirtualService shop/web) Referenced host not found: "wbe"'],
  },
  {
    name: "IST0101 a host in another namespace needs its full name",
    yaml: together(web, rule("web", to("{host: web.shop}"))),
    says: ['Error [IST0101] (VirtualService shop/web) Referenced host not found: "web.shop"'],
  },
  {
    name: "a full name is found",
    yaml: together(web, rule("web", to("{host: web.shop.svc.cluster.local}"))),
    says: [],
  },
  {
    name: "IST0101 a port that the service has not",
    yaml: together(web, rule("web", to("{host: web, port: {number: 9090}}"))),
    says: ['Error [IST0101] (VirtualService shop/web) Referenced host:port not found: "web:9090"'],
  },
  {
    name: "IST0101 a subset that no rule defines",
    yaml: together(web, rule("web", to("{host: web, subset: v2}"))),
    says: [
      'Error [IST0101] (VirtualService shop/web) Referenced host+subset in destinationrule not found: "web+v2"',
    ],
  },
  {
    name: "a subset that a rule defines under the full name",
    yaml: together(
      web,
      rule("web", to("{host: web, subset: v2}")),
      `
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: web, namespace: shop}
spec: {host: web.shop.svc.cluster.local, subsets: [{name: v2, labels: {version: v2}}]}`,
    ),
    says: [],
  },
  {
    name: "IST0101 a mirror that is not there",
    yaml: together(
      web,
      rule("web", "hosts: [web]\nhttp:\n- route:\n  - destination: {host: web}\n  mirror: {host: shadow}"),
    ),
    says: ['Error [IST0101] (VirtualService shop/web) Referenced mirror host not found: "shadow"'],
  },
  {
    name: "a host that a ServiceEntry knows by a wildcard",
    yaml: together(
      rule("out", "hosts: [api.example.com]\nhttp:\n- route:\n  - destination: {host: api.example.com}"),
      `
apiVersion: networking.istio.io/v1beta1
kind: ServiceEntry
metadata: {name: example, namespace: shop}
spec: {hosts: ["*.example.com"], ports: [{number: 443, name: https, protocol: HTTPS}]}`,
    ),
    says: [],
  },
  {
    name: "IST0112 a service of several ports",
    yaml: together(
      service("web", "[{name: http, port: 80}, {name: http-admin, port: 81}]"),
      rule("web", to("{host: web}")),
    ),
    says: [
      'Error [IST0112] (VirtualService shop/web) This VirtualService routes to a service "web" that exposes multiple ports [80 81]. Specifying a port in the destination is required to disambiguate.',
    ],
  },
  {
    name: "IST0109 two rules of the mesh for one host",
    yaml: together(web, rule("one", to("{host: web}")), rule("two", to("{host: web}"))),
    says: ["one", "two"].map(
      (name) =>
        `Error [IST0109] (VirtualService shop/${name}) The VirtualServices shop/one,shop/two associated with mesh gateway define the same host */web.shop.svc.cluster.local which can lead to undefined behavior. This can be fixed by merging the conflicting VirtualServices into a single resource.`,
    ),
  },
  {
    name: "a rule of a gateway does not meet one of the mesh",
    yaml: together(
      gatewayPod,
      gateway("[shop.example]"),
      web,
      rule("one", to("{host: web}")),
      rule(
        "two",
        "hosts: [shop.example]\ngateways: [shop-gateway]\nhttp:\n- route:\n  - destination: {host: web}",
      ),
    ),
    says: [],
  },
  {
    name: "IST0101 and IST0132 a gateway that is not there",
    yaml: together(
      web,
      rule(
        "web",
        "hosts: [shop.example]\ngateways: [nowhere]\nhttp:\n- route:\n  - destination: {host: web}",
      ),
    ),
    says: [
      'Error [IST0101] (VirtualService shop/web) Referenced gateway not found: "nowhere"',
      "Warning [IST0132] (VirtualService shop/web) one or more host [shop.example] defined in VirtualService shop/web not found in Gateway shop/nowhere.",
    ],
  },
  {
    name: "IST0132 a host that the gateway does not serve",
    yaml: together(
      gatewayPod,
      gateway('["other.example", "istio-system/shop.example"]', "front", "istio-system"),
      web,
      rule(
        "web",
        "hosts: [shop.example]\ngateways: [istio-system/front]\nhttp:\n- route:\n  - destination: {host: web}",
      ),
    ),
    says: [
      "Warning [IST0132] (VirtualService shop/web) one or more host [shop.example] defined in VirtualService shop/web not found in Gateway istio-system/front.",
    ],
  },
  {
    name: "IST0140 subsets of the mesh mean nothing at a gateway",
    only: "virtualservice.DestinationHost",
    yaml: together(
      web,
      rule("mesh", to("{host: web, subset: v1}")),
      rule(
        "front",
        "hosts: [shop.example]\ngateways: [shop-gateway]\nhttp:\n- route:\n  - destination: {host: web}",
      ),
    ),
    says: [
      "Warning [IST0140] (VirtualService shop/front) Subset in virtual service shop/mesh has no effect on ingress gateway shop/front requests",
    ],
  },
  {
    name: "IST0122 an expression that RE2 has not",
    only: "virtualservice.Regex",
    yaml: rule(
      "web",
      'hosts: [web]\nhttp:\n- match:\n  - uri: {regex: "/(?!admin).*"}\n  - headers: {a: {regex: "(x"}}',
    ),
    says: [
      'Warning [IST0122] (VirtualService shop/web) Field "headers" regular expression invalid: "(x" (error parsing regexp: missing closing ): `(x`)',
      'Warning [IST0122] (VirtualService shop/web) Field "uri" regular expression invalid: "/(?!admin).*" (error parsing regexp: invalid or unsupported Perl syntax: `(?!`)',
    ],
  },
  {
    name: "1.29 leaves expressions to validation",
    only: "virtualservice.",
    release: "1.29.6",
    yaml: together(
      web,
      rule(
        "web",
        'hosts: [web]\nhttp:\n- match:\n  - uri: {regex: "(x"}\n  route:\n  - destination: {host: web}',
      ),
    ),
    says: [],
  },
  {
    name: "IST0130 and IST0131 rules that are never used",
    yaml: together(
      web,
      rule(
        "web",
        `
hosts: [web]
http:
- name: first
  match:
  - uri: {prefix: /a}
  route:
  - destination: {host: web}
- match:
  - name: again
    uri: {prefix: /a}
  route:
  - destination: {host: web}
- route:
  - destination: {host: web}
- match:
  - uri: {prefix: /ab}
  route:
  - destination: {host: web}
- route:
  - destination: {host: web}`,
      ),
    ),
    says: [
      "Warning [IST0130] (VirtualService shop/web) VirtualService rule #1 not used (all matches used by prior rules).",
      "Warning [IST0130] (VirtualService shop/web) VirtualService rule #4 not used (only the last rule can have no matches).",
      'Info [IST0131] (VirtualService shop/web) VirtualService rule #1 match "again" is not used (duplicate/overlapping match in rule "first").',
      'Info [IST0131] (VirtualService shop/web) VirtualService rule #3 match #0 of prefix /ab is not used (duplicate/overlapping match in rule #0 of prefix /a on "first").',
    ],
  },
  {
    name: "IST0106 a rule without a route",
    yaml: rule("web", "hosts: [web]\nhttp:\n- match:\n  - uri: {prefix: /a}"),
    says: [
      "Error [IST0106] (VirtualService shop/web) Schema validation error: HTTP route, redirect or direct_response is required",
    ],
  },
  {
    name: "IST0002 a field that will go",
    yaml: together(
      web,
      rule(
        "web",
        "hosts: [web]\nhttp:\n- fault: {delay: {percent: 10, fixedDelay: 5s}}\n  route:\n  - destination: {host: web}",
      ),
    ),
    says: [
      "Warning [IST0002] (VirtualService shop/web) Deprecated: HTTPRoute.fault.delay.percent is deprecated; use HTTPRoute.fault.delay.percentage",
    ],
  },
  {
    name: "IST0149 routes by claim without anybody who checks the token",
    only: "virtualservice.JWT",
    yaml: together(
      gatewayPod,
      gateway("[shop.example]"),
      rule(
        "web",
        "hosts: [shop.example]\ngateways: [shop-gateway]\nhttp:\n- match:\n  - headers: {'@request.auth.claims.group': {exact: admin}}",
      ),
    ),
    says: [
      "Error [IST0149] (VirtualService shop/web) The virtual service uses the JWT claim based routing (key: @request.auth.claims.group) but found no request authentication for the gateway (shop/shop-gateway) pod (gw). The request authentication must first be applied for the gateway pods to validate the JWT token and make the claims available for routing.",
    ],
  },
  {
    name: "IST0165 a gateway that Istio made itself",
    only: "virtualservice.GatewayAnalyzer",
    yaml: rule("web", "hosts: [web]\ngateways: [shop/front-istio-autogenerated-k8s-gateway-http]"),
    says: [
      "Warning [IST0165] (VirtualService shop/web) Gateway reference in VirtualService shop/web is to an implementation-generated internal Gateway: shop/front-istio-autogenerated-k8s-gateway-http.",
    ],
  },
];

it.each(cases)("$name", ({ yaml, says, release, only }) => {
  expect(analyzed(yaml, { release, only })).toEqual(says);
});
