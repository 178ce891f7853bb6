import { expect, it } from "vitest";
import { gatesFor } from "../../versions.ts";
import { parseInjectionValues } from "../injection/settings.ts";
import { defaultMeshConfig } from "../push/mesh-config.ts";
import { worldOf } from "../testing/world.ts";
import { convertGatewayApi } from "./convert.ts";
import { gatewayWorkload } from "./deployment.ts";
import { gatewayStatus, routeStatus } from "./status.ts";

const CLASS = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: istio}
spec: {controllerName: istio.io/gateway-controller}
---`;
const gateway = (listeners: string, extra = "") => `${CLASS}
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop, uid: u, generation: 3}
spec: {gatewayClassName: istio, listeners: [${listeners}]${extra}}
---`;
const route = (spec: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop, generation: 2}
spec: {${spec}}
---`;
const HTTP = "{name: http, port: 80, protocol: HTTP, hostname: '*.example'}";

/** `Type=Status Reason: message` of every condition. */
const told = (conditions: readonly { type: string; status: string; reason: string; message: string }[]) =>
  conditions.map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`);

it.each([
  ["parentRefs: [{name: edge}], hostnames: [a.example]", "Accepted=True Accepted: Route was valid"],
  [
    "parentRefs: [{name: edge}], hostnames: [a.other]",
    'Accepted=False NoMatchingListenerHostname: no hostnames matched parent hostname "*.example"',
  ],
  [
    "parentRefs: [{name: edge, sectionName: tcp}], hostnames: [a.example]",
    'Accepted=False NoMatchingParent: sectionName "tcp" not found',
  ],
  [
    "parentRefs: [{name: edge, port: 81}], hostnames: [a.example]",
    "Accepted=False NoMatchingParent: port 81 not found",
  ],
])("a route with %s", (spec, expected) => {
  const { routeOutcomes } = convertGatewayApi(worldOf(gateway(HTTP), route(spec)));
  const [only] = routeOutcomes[0]?.parents ?? [];
  expect(told(only?.conditions ?? [])).toEqual([
    expected,
    "ResolvedRefs=True ResolvedRefs: All references resolved",
  ]);
});

it.each([
  ["{name: none, port: 80}", "BackendNotFound: backend(none.shop.svc.cluster.local) not found"],
  ["{name: none}", "InvalidDestination: port is required in backendRef"],
  [
    "{name: x, namespace: other, port: 80}",
    'RefNotPermitted: backendRef x/other not accessible to a HTTPRoute in namespace "shop" (missing a ReferenceGrant?)',
  ],
  [
    "{kind: Thing, group: a.b, name: x, port: 80}",
    'InvalidKind: referencing unsupported backendRef: group "a.b" kind "Thing"',
  ],
])("a backend %s", (backend, expected) => {
  const world = worldOf(
    gateway(HTTP),
    route(`parentRefs: [{name: edge}], rules: [{backendRefs: [${backend}]}]`),
  );
  const status = routeStatus(convertGatewayApi(world).routeOutcomes[0] ?? fail(), "now");
  expect(status).toEqual({
    parents: [
      {
        parentRef: { name: "edge" },
        controllerName: "istio.io/gateway-controller",
        conditions: [
          {
            ...{ type: "Accepted", status: "True", reason: "Accepted", message: "Route was valid" },
            ...{ observedGeneration: 2, lastTransitionTime: "now" },
          },
          {
            ...{ type: "ResolvedRefs", status: "False", reason: expected.split(": ")[0] },
            message: expected.slice(expected.indexOf(": ") + 2),
            ...{ observedGeneration: 2, lastTransitionTime: "now" },
          },
        ],
      },
    ],
  });
});

function fail(): never {
  throw new Error("no route");
}

it("a listener without its certificate", () => {
  const listener = "{name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: absent}]}}";
  const { gateways, gatewayOutcomes } = convertGatewayApi(worldOf(gateway(listener)));
  expect(gateways).toEqual([]);
  expect(told(gatewayOutcomes[0]?.listeners[0]?.conditions ?? [])).toEqual([
    "Accepted=True Accepted: No errors found",
    "Conflicted=False NoConflicts: No errors found",
    "Programmed=False Invalid: Bad TLS configuration",
    'ResolvedRefs=False InvalidCertificateRef: invalid certificate reference /Secret/absent.shop, secret "absent" not found',
  ]);
});

it("a Gateway whose service is not there yet", () => {
  const [outcome] = convertGatewayApi(worldOf(gateway(HTTP))).gatewayOutcomes;
  const status = gatewayStatus(outcome ?? fail(), {
    now: "now",
    service: () => undefined,
    hasEndpoints: () => false,
  });
  expect(status).toMatchObject({
    conditions: [
      { type: "Accepted", status: "True", message: "Resource accepted" },
      {
        type: "Programmed",
        status: "False",
        reason: "AddressNotUsable",
        message:
          'Failed to assign to any requested addresses: hostname "edge-istio.shop.svc.cluster.local" not found',
      },
    ],
    listeners: [{ name: "http", attachedRoutes: 0 }],
  });
});

it("its own proxies and service", () => {
  const [outcome] = convertGatewayApi(worldOf(gateway(HTTP))).gatewayOutcomes;
  const settings = {
    values: parseInjectionValues("{}", "1.21.6"),
    mesh: defaultMeshConfig,
    nativeSidecar: false,
  };
  const objects = gatewayWorkload((outcome ?? fail()).gateway, { settings, gates: gatesFor("1.21.6") });
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
    "ServiceAccount shop/edge-istio",
    "Deployment shop/edge-istio",
    "Service shop/edge-istio",
  ]);
  expect(objects[2]?.spec).toEqual({
    ipFamilyPolicy: "PreferDualStack",
    ports: [
      { name: "status-port", port: 15021, protocol: "TCP", appProtocol: "tcp" },
      { name: "http", port: 80, protocol: "TCP", appProtocol: "http" },
    ],
    selector: { "gateway.networking.k8s.io/gateway-name": "edge" },
    type: "LoadBalancer",
  });
});
