import type { GraphEdge, GraphNode } from "../../server/contracts/index.ts";

// Names come from the cluster; only what Kubernetes allows in a name is put into a command line.
const plainName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** Commands with which a learner sees for themselves what the panel says. */
export function evidenceCommands(of: { node: GraphNode | undefined; edge: GraphEdge | undefined }): string[] {
  const { node, edge } = of;
  const namespace = node?.namespace;
  if (!node || namespace === undefined || !plainName.test(namespace) || !plainName.test(node.name)) return [];
  const policies = edge || node.reason ? ["kubectl get peerauthentication --all-namespaces"] : [];
  if (node.kind === "service")
    return [...policies, `kubectl get service ${node.name} -n ${namespace} -o wide`];
  if (node.kind !== "workload" && node.kind !== "gateway") return policies;
  const pods =
    node.app && plainName.test(node.app) ? [`kubectl get pods -l app=${node.app} -n ${namespace}`] : [];
  const secrets =
    node.sidecar === "present" ? [`istioctl proxy-config secret deploy/${node.name} -n ${namespace}`] : [];
  return [...policies, ...pods, ...secrets];
}
