export { type ClusterReady, PracticeCluster } from "./practice-cluster.ts";
