export { type AddressEdgesDeps, openAddressEdges } from "./address-edges.ts";
export { CLUSTER_DNS_IP, searchPath } from "./dns.ts";
export { chooseFreePorts, type LoopbackEdgesDeps, openLoopbackEdges } from "./edges.ts";
export { isNetworkError, socketError, unknownName } from "./errors.ts";
export {
  type AttachedPod,
  type AttachPodOptions,
  createPracticeNetwork,
  type NetworkDeps,
  NODE_IP,
  POD_CIDR,
  type PracticeNetwork,
} from "./practice-network.ts";
export type { ServiceEntry, ServicePort } from "./services.ts";
export type { Connection, ConnectOptions, NetworkError, PodNetwork, RedirectRules } from "./types.ts";
