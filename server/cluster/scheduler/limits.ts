/** How soon a pod that fits nowhere is tried again without anything having changed (upstream flushes at 5 minutes). */
export const UNSCHEDULABLE_RETRY_MS = 5 * 60 * 1000;

/** Pods a node takes when it does not say (kubelet maxPods). */
export const DEFAULT_MAX_PODS = 110;
