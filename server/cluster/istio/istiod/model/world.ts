import type { ConfigMap, EndpointSlice, Node, Pod, Secret, Service } from "./kube.ts";
import type { DestinationRule, Gateway, ServiceEntry, Sidecar, VirtualService } from "./networking.ts";
import type { AuthorizationPolicy, PeerAuthentication } from "./security.ts";

/** Everything istiod has seen of the cluster at one moment. Read only. */
export interface World {
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
}

export const emptyWorld: World = {
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
};
