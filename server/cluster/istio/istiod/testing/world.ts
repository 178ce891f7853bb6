import { loadAll } from "js-yaml";
import type { KubeObject } from "../../../apimachinery/index.ts";
import { gatesFor, type IstioVersion } from "../../versions.ts";
import { emptyWorld, type World } from "../model/world.ts";
import { affectedTypes } from "../push/changes.ts";
import { parseMeshConfig } from "../push/mesh-config.ts";
import type { MeshProxy } from "../push/proxy.ts";
import { buildPushContext, type PushContext } from "../push/push-context.ts";

const FIELD_OF_KIND: Readonly<Record<string, keyof World>> = {
  Service: "services",
  EndpointSlice: "endpointSlices",
  Pod: "pods",
  Node: "nodes",
  ConfigMap: "configMaps",
  Secret: "secrets",
  Gateway: "gateways",
  VirtualService: "virtualServices",
  DestinationRule: "destinationRules",
  ServiceEntry: "serviceEntries",
  Sidecar: "sidecars",
  PeerAuthentication: "peerAuthentications",
  AuthorizationPolicy: "authorizationPolicies",
  RequestAuthentication: "requestAuthentications",
  Telemetry: "telemetries",
  EnvoyFilter: "envoyFilters",
  ProxyConfig: "proxyConfigs",
  WorkloadEntry: "workloadEntries",
  WorkloadGroup: "workloadGroups",
  Namespace: "namespaces",
  GatewayClass: "gatewayClasses",
  HTTPRoute: "httpRoutes",
  GRPCRoute: "grpcRoutes",
  TCPRoute: "tcpRoutes",
  TLSRoute: "tlsRoutes",
  ReferenceGrant: "referenceGrants",
};

/** A world for tests from YAML texts, as the cluster would hold it. */
export function worldOf(...texts: readonly string[]): World {
  // Empty documents, as after a last `---`, are nothing.
  return worldFrom(texts.flatMap((text) => loadAll(text) as KubeObject[]).filter(Boolean));
}

export function worldFrom(objects: readonly KubeObject[]): World {
  const world: Record<string, KubeObject[]> = {};
  for (const object of objects) {
    const ofGatewayApi = object.kind === "Gateway" && object.apiVersion.startsWith("gateway.networking");
    const field = ofGatewayApi ? "kubeGateways" : FIELD_OF_KIND[object.kind];
    if (!field) throw new Error(`no place for ${object.kind}`);
    world[field] = [...(world[field] ?? []), object];
  }
  return { ...emptyWorld, ...world } as World;
}

export function pushOf(
  world: World,
  options: { version?: IstioVersion; mesh?: string; before?: World } = {},
): PushContext {
  return buildPushContext(world, {
    ...(options.before ? { affected: affectedTypes(options.before, world) } : {}),
    version: "v1",
    gates: gatesFor(options.version ?? "1.21.6"),
    mesh: parseMeshConfig(options.mesh ?? "{}"),
    traceSampling: 100,
    jwks: ({ jwksUri }) => {
      throw new Error(`nobody fetches keys of ${jwksUri ?? "an issuer"} here`);
    },
  });
}

export interface AppOptions {
  readonly ip: string;
  readonly namespace?: string;
  readonly port?: number;
  readonly targetPort?: number;
  readonly portName?: string;
  readonly version?: string;
  readonly sidecar?: boolean;
  readonly clusterIP?: string;
}

/** A service with one pod behind it. */
export function app(name: string, options: AppOptions): string {
  const { ip, namespace = "shop", port = 8080, portName = "http", version = "v1", sidecar = true } = options;
  const targetPort = options.targetPort ?? port;
  const tls = sidecar ? ", security.istio.io/tlsMode: istio" : "";
  return `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}, creationTimestamp: "2026-01-01T00:00:00Z"}
spec:
  clusterIP: ${options.clusterIP ?? `10.96.0.${ip.split(".").at(-1)}`}
  selector: {app: ${name}}
  ports: [{name: ${portName}, port: ${port}, targetPort: ${targetPort}}]
---
${pod(name, { ip, namespace, version, labels: tls, targetPort })}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-1, namespace: ${namespace}, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
ports: [{name: ${portName}, port: ${targetPort}}]
endpoints: [{addresses: [${ip}], conditions: {ready: true}, targetRef: {kind: Pod, name: ${name}-${version}, namespace: ${namespace}}}]
`;
}

function pod(
  name: string,
  of: { ip: string; namespace: string; version: string; labels: string; targetPort: number },
): string {
  return `apiVersion: v1
kind: Pod
metadata: {name: ${name}-${of.version}, namespace: ${of.namespace}, labels: {app: ${name}, version: ${of.version}${of.labels}}}
spec: {serviceAccountName: ${name}, containers: [{name: app, ports: [{containerPort: ${of.targetPort}}]}]}
status: {podIP: ${of.ip}}`;
}

export function sidecarOf(name: string, ip: string, namespace = "shop"): MeshProxy {
  return {
    id: `sidecar~${ip}~${name}-v1.${namespace}~${namespace}.svc.cluster.local`,
    type: "sidecar",
    ip,
    name: `${name}-v1`,
    namespace,
    istioVersion: "1.21.6",
    clusterId: "Kubernetes",
    nodeLabels: {},
    metadata: {},
    locality: {},
  };
}

export const ingress: MeshProxy = {
  id: "router~10.42.0.2~ingress-v1.istio-system~istio-system.svc.cluster.local",
  type: "router",
  ip: "10.42.0.2",
  name: "ingress-v1",
  namespace: "istio-system",
  istioVersion: "1.21.6",
  clusterId: "Kubernetes",
  nodeLabels: {},
  metadata: {},
  locality: {},
};

/** The ingress gateway's service and pod: 80 → 8080, 443 → 8443. */
export const INGRESS = `
apiVersion: v1
kind: Service
metadata: {name: ingress, namespace: istio-system}
spec:
  clusterIP: 10.96.0.2
  selector: {istio: ingressgateway}
  ports:
  - {name: http2, port: 80, targetPort: 8080}
  - {name: https, port: 443, targetPort: 8443}
---
apiVersion: v1
kind: Pod
metadata: {name: ingress-v1, namespace: istio-system, labels: {istio: ingressgateway}}
spec: {serviceAccountName: ingress, containers: [{name: istio-proxy}]}
status: {podIP: 10.42.0.2}
`;
