import { isAlreadyExists, type KubeObject } from "../apimachinery/index.ts";
import type { Clock } from "../base/index.ts";
import type { Transport } from "../client/transport.ts";
import { NODE_IP, POD_CIDR } from "../network/index.ts";
import { MAX_PODS } from "./limits.ts";

// What a workshop's pods may ask for in sum; nothing is really reserved.
export const NODE_CPUS = 8;
export const NODE_MEMORY_BYTES = 16 * 2 ** 30;
export const KUBELET_VERSION = "v1.35.2";
export const RUNTIME_VERSION = "meshwork://0.1.0";

const resources = (pods: number) => ({
  cpu: String(NODE_CPUS),
  "ephemeral-storage": "65536Mi",
  memory: `${NODE_MEMORY_BYTES / 1024}Ki`,
  pods: String(pods),
});

/** What differs from one practice node to another. */
export interface NodeFacts {
  readonly name: string;
  readonly now: string;
  /** Absent: MAX_PODS. */
  readonly maxPods?: number;
  /** Absent: POD_CIDR. */
  readonly podCIDR?: string;
}

const HEALTHY: readonly (readonly [string, string, string])[] = [
  ["MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
  ["DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
  ["PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
];

/** The Node object. It says what it is: no one may take it for a machine. */
export function nodeObject(facts: NodeFacts): KubeObject {
  const { name, podCIDR = POD_CIDR } = facts;
  const labels = {
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    "node-role.kubernetes.io/control-plane": "",
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels, annotations: { "node.alpha.kubernetes.io/ttl": "0" } },
    spec: { podCIDR, podCIDRs: [podCIDR], providerID: `meshwork://${name}` },
    status: nodeStatus(facts),
  };
}

export function nodeStatus({ name, now, maxPods = MAX_PODS }: NodeFacts): object {
  const times = { lastHeartbeatTime: now, lastTransitionTime: now };
  return {
    capacity: resources(maxPods),
    allocatable: resources(maxPods),
    conditions: [
      ...HEALTHY.map(([type, reason, message]) => ({ type, status: "False", ...times, reason, message })),
      {
        type: "Ready",
        status: "True",
        ...times,
        reason: "KubeletReady",
        message: "kubelet is posting ready status",
      },
    ],
    addresses: [
      { type: "InternalIP", address: NODE_IP },
      { type: "Hostname", address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID: "",
      systemUUID: "",
      bootID: "",
      kernelVersion: "meshwork",
      osImage: "Meshwork practice node",
      containerRuntimeVersion: RUNTIME_VERSION,
      kubeletVersion: KUBELET_VERSION,
      kubeProxyVersion: "",
      operatingSystem: "linux",
      architecture: "amd64",
    },
  };
}

/** Creates the Node, or brings the status of one from an earlier run up to date. */
export async function registerNode(
  deps: { transport: Transport; clock: Clock },
  wanted: Omit<NodeFacts, "now">,
): Promise<void> {
  const now = `${new Date(deps.clock.now()).toISOString().slice(0, 19)}Z`;
  const facts = { ...wanted, now };
  const { name } = wanted;
  try {
    await deps.transport.request({ method: "POST", path: "/api/v1/nodes", body: nodeObject(facts) });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  // Status is ignored on create, as for every kind with a status subresource.
  await deps.transport.request({
    method: "PATCH",
    path: `/api/v1/nodes/${name}/status`,
    contentType: "application/merge-patch+json",
    body: { status: nodeStatus(facts) },
  });
}
