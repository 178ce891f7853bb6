export { type ClusterReady, PracticeCluster } from "./practice-cluster.ts";
export { findRealGateway } from "./real-gateway.ts";
