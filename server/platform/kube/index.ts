export { isAborted, isKubeError, isNotFound, KubeError, type KubeErrorReason } from "./kube-error.ts";
export { judgeKubeconfig, type KubeconfigFacts } from "./kubeconfig.ts";
export { MemoryCluster, type MemoryClusterOptions } from "./memory-cluster.ts";
export { type OpenKubeCluster, type OpenKubeClusterOptions, openKubeCluster } from "./open-kube-cluster.ts";
export type {
  ClusterIdentity,
  ExecRequest,
  ExecResult,
  GroupVersionResource,
  KubeCluster,
  KubeObject,
  ListOptions,
  ObjectReference,
  PodLogRequest,
  ResourceInfo,
  ServiceProxyRequest,
  WatchEvent,
  WatchOptions,
} from "./types.ts";
