import type { XdsNode } from "../../../xds/index.ts";
import type { Pod } from "../model/kube.ts";
import { labelsMatch } from "./host-names.ts";
import type { PushContext } from "./push-context.ts";
import { type Locality, type MeshPort, type MeshService, resolveTargetPort } from "./registry.ts";

/** The client asking: who it is, and what its pod looks like now. */
export interface MeshProxy {
  readonly id: string;
  readonly type: "sidecar" | "router";
  readonly ip: string;
  readonly name: string;
  readonly namespace: string;
  readonly istioVersion: string;
  readonly clusterId: string;
  /** From the node's own metadata; the pod's labels, when it is known, count first. */
  readonly nodeLabels: Readonly<Record<string, string>>;
  /** Everything that the node says of itself. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly locality: Locality;
}

/** Reads `sidecar~IP~POD.NS~NS.svc.cluster.local`; undefined when the id is not of that form. */
export function parseProxy(node: XdsNode): MeshProxy | undefined {
  const [type, ip, podId, domain] = node.id.split("~");
  if ((type !== "sidecar" && type !== "router") || !ip || !podId || !domain) return undefined;
  const dot = podId.lastIndexOf(".");
  if (dot < 1) return undefined;
  const { LABELS, ISTIO_VERSION, CLUSTER_ID } = node.metadata;
  return {
    id: node.id,
    type,
    ip,
    name: podId.slice(0, dot),
    namespace: podId.slice(dot + 1),
    istioVersion: typeof ISTIO_VERSION === "string" ? ISTIO_VERSION : "",
    clusterId: typeof CLUSTER_ID === "string" ? CLUSTER_ID : "Kubernetes",
    nodeLabels: stringRecord(LABELS),
    metadata: node.metadata,
    locality: node.locality ?? {},
  };
}

function stringRecord(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

export function proxyPod(proxy: MeshProxy, push: PushContext): Pod | undefined {
  return push.pods.get(`${proxy.namespace}/${proxy.name}`);
}

/** Where the proxy's node stands; what the proxy says itself when the node is not known. */
export function proxyLocality(proxy: MeshProxy, push: PushContext): Locality {
  const known = push.localities.get(proxyPod(proxy, push)?.spec.nodeName ?? "");
  return known?.region ? known : proxy.locality;
}

export function proxyLabels(proxy: MeshProxy, push: PushContext): Readonly<Record<string, string>> {
  return proxyPod(proxy, push)?.metadata.labels ?? proxy.nodeLabels;
}

export interface ServiceTarget {
  readonly service: MeshService;
  readonly port: MeshPort;
  /** The port that the application listens on. */
  readonly targetPort: number;
}

/** Services that select the proxy's pod, one entry a port. Oldest service first: it names the shared listener. */
export function serviceTargets(proxy: MeshProxy, push: PushContext): readonly ServiceTarget[] {
  const pod = proxyPod(proxy, push);
  if (!pod) return [];
  const labels = pod.metadata.labels ?? {};
  return push.services
    .filter(
      (service) =>
        service.namespace === proxy.namespace &&
        service.selector !== undefined &&
        Object.keys(service.selector).length > 0 &&
        labelsMatch(service.selector, labels),
    )
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt) || a.hostname.localeCompare(b.hostname))
    .flatMap((service) =>
      service.ports.flatMap((port) => {
        const targetPort = resolveTargetPort(pod, port.targetPort);
        return targetPort === undefined ? [] : [{ service, port, targetPort }];
      }),
    );
}
