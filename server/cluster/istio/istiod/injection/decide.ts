import type { PodToInject } from "./pod.ts";

const NEVER = new Set(["kube-system", "kube-public", "kube-node-lease", "local-path-storage"]);
export const STATUS_ANNOTATION = "sidecar.istio.io/status";
const CHOICE = "sidecar.istio.io/inject";

/**
 * Whether a pod that the webhook's selectors let through gets a sidecar. The selectors have asked the labels of the
 * namespace and of the pod; here are the rules that selectors cannot say. Follows pkg/kube/inject/inject.go injectRequired.
 */
export function mustInject(pod: PodToInject, namespace: string): boolean {
  if (NEVER.has(namespace)) return false;
  if (pod.spec.hostNetwork) return false;
  const { annotations = {}, labels = {} } = pod.metadata;
  if (annotations[STATUS_ANNOTATION] !== undefined) return false;
  const choice = labels[CHOICE] ?? annotations[CHOICE];
  if (choice === undefined) return true;
  return ["y", "yes", "true", "on", "1"].includes(choice.toLowerCase());
}
