export { type Kubelet, type KubeletDeps, startKubelet } from "./kubelet.ts";
export type { Checkpoints } from "./pod-worker.ts";
export type { ContainerUsage, PodUsage } from "./usage.ts";
