import { z } from "zod";
import type { KubeCluster, KubeObject } from "../../platform/kube/index.ts";

const named = z.array(z.looseObject({ name: z.string() }));
const fields = z.looseObject({
  metadata: z.looseObject({
    ownerReferences: z.array(z.looseObject({ kind: z.string(), name: z.string() })).default([]),
  }),
  spec: z.looseObject({
    containers: named,
    initContainers: named.default([]),
    serviceAccountName: z.string().default("default"),
  }),
  status: z
    .looseObject({
      podIP: z.string().optional(),
      conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
    })
    .default({ conditions: [] }),
});

export interface MeshPod {
  readonly namespace: string;
  readonly name: string;
  /** Of the Deployment, StatefulSet or DaemonSet; the pod's own without one. */
  readonly workload: string;
  readonly ip: string | undefined;
  readonly ready: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** It has a sidecar beside an application, or is a gateway: nothing but a proxy. */
  readonly proxy: "sidecar" | "gateway" | "none";
  /** Which kubectl exec enters without -c. */
  readonly container: string;
  /** As identities have it: ns/shop/sa/web. */
  readonly account: string;
}

export const proxyContainer = "istio-proxy";

export async function readPods(cluster: KubeCluster, signal: AbortSignal): Promise<MeshPod[]> {
  const pods = await cluster.list({ group: "", version: "v1", resource: "pods" }, { signal });
  return pods.flatMap(meshPod);
}

export function meshPod(object: KubeObject): MeshPod[] {
  const parsed = fields.safeParse(object);
  if (!parsed.success || object.metadata.deletionTimestamp !== undefined) return [];
  const { metadata, spec, status } = parsed.data;
  const { namespace = "", name, labels = {}, annotations } = object.metadata;
  const containers = spec.containers.map((one) => one.name);
  const beside = [...containers, ...spec.initContainers.map((one) => one.name)].includes(proxyContainer);
  const apps = containers.filter((one) => one !== proxyContainer);
  const owner = metadata.ownerReferences[0];
  const hash = labels["pod-template-hash"];
  return [
    {
      ...{ namespace, name, labels, ip: status.podIP },
      workload:
        owner?.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`)
          ? owner.name.slice(0, -hash.length - 1)
          : (owner?.name ?? name),
      ready: status.conditions.some((one) => one.type === "Ready" && one.status === "True"),
      proxy: !beside ? "none" : apps.length === 0 ? "gateway" : "sidecar",
      container: annotations?.["kubectl.kubernetes.io/default-container"] ?? apps[0] ?? proxyContainer,
      account: `ns/${namespace}/sa/${spec.serviceAccountName}`,
    },
  ];
}
