export { type Kubelet, type KubeletDeps, startKubelet } from "./kubelet.ts";
