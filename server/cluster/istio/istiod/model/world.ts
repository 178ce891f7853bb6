import type { KubeObject } from "../../../apimachinery/index.ts";
import type { EnvoyFilter, ProxyConfig } from "./extensions.ts";
import type { GatewayClass, KubeGateway, KubeRoute, ReferenceGrant } from "./gateway-api.ts";
import type { ConfigMap, EndpointSlice, Node, Pod, Secret, Service } from "./kube.ts";
import type {
  DestinationRule,
  Gateway,
  ServiceEntry,
  Sidecar,
  VirtualService,
  WorkloadEntry,
  WorkloadGroup,
} from "./networking.ts";
import type { AuthorizationPolicy, PeerAuthentication, RequestAuthentication } from "./security.ts";
import type { Telemetry } from "./telemetry.ts";

/** Everything istiod has seen of the cluster at one moment. Read only. */
export interface World {
  readonly namespaces: readonly KubeObject[];
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly pods: readonly Pod[];
  readonly nodes: readonly Node[];
  readonly secrets: readonly Secret[];
  readonly configMaps: readonly ConfigMap[];
  readonly gateways: readonly Gateway[];
  readonly virtualServices: readonly VirtualService[];
  readonly destinationRules: readonly DestinationRule[];
  readonly serviceEntries: readonly ServiceEntry[];
  readonly sidecars: readonly Sidecar[];
  readonly peerAuthentications: readonly PeerAuthentication[];
  readonly authorizationPolicies: readonly AuthorizationPolicy[];
  readonly requestAuthentications: readonly RequestAuthentication[];
  readonly telemetries: readonly Telemetry[];
  readonly envoyFilters: readonly EnvoyFilter[];
  readonly proxyConfigs: readonly ProxyConfig[];
  readonly workloadEntries: readonly WorkloadEntry[];
  readonly workloadGroups: readonly WorkloadGroup[];
  readonly gatewayClasses: readonly GatewayClass[];
  readonly kubeGateways: readonly KubeGateway[];
  readonly httpRoutes: readonly KubeRoute[];
  readonly grpcRoutes: readonly KubeRoute[];
  readonly tcpRoutes: readonly KubeRoute[];
  readonly tlsRoutes: readonly KubeRoute[];
  readonly referenceGrants: readonly ReferenceGrant[];
}

export const emptyWorld: World = {
  namespaces: [],
  services: [],
  endpointSlices: [],
  pods: [],
  nodes: [],
  secrets: [],
  configMaps: [],
  gateways: [],
  virtualServices: [],
  destinationRules: [],
  serviceEntries: [],
  sidecars: [],
  peerAuthentications: [],
  authorizationPolicies: [],
  requestAuthentications: [],
  telemetries: [],
  envoyFilters: [],
  proxyConfigs: [],
  workloadEntries: [],
  workloadGroups: [],
  gatewayClasses: [],
  kubeGateways: [],
  httpRoutes: [],
  grpcRoutes: [],
  tcpRoutes: [],
  tlsRoutes: [],
  referenceGrants: [],
};
