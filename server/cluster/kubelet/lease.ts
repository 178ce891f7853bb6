import { isAlreadyExists, isNotFound } from "../apimachinery/index.ts";
import type { Clock } from "../base/index.ts";
import type { Transport } from "../client/transport.ts";
import { LEASE_ATTEMPTS, RELIST_MS } from "./limits.ts";

export interface LeaseDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The node's Lease, which `kubectl describe node` shows. It is written once: nobody here declares the node dead. */
export async function writeLease(deps: LeaseDeps, node: string): Promise<void> {
  const { transport, clock, signal } = deps;
  const path = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
  const body = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: node, namespace: "kube-node-lease" },
    spec: {
      holderIdentity: node,
      leaseDurationSeconds: 40,
      renewTime: `${new Date(clock.now()).toISOString().slice(0, -1)}000Z`,
    },
  };
  for (let attempt = 0; attempt < LEASE_ATTEMPTS && !signal.aborted; attempt++) {
    try {
      await transport.request({ method: "POST", path, body });
      return;
    } catch (error) {
      if (isAlreadyExists(error)) return;
      if (!isNotFound(error)) throw error;
      // The namespace is made by a controller that may start after us.
      await clock.sleep(RELIST_MS, signal);
    }
  }
}
