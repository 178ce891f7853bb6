export { type ClusterReady, PracticeCluster } from "./practice-cluster.ts";
export { RealCluster } from "./real-cluster.ts";
export { findRealGateway } from "./real-gateway.ts";
