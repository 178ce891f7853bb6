import type { GroupVersionResource, KubeCluster } from "../kube/index.ts";
import type { ConditionProbe } from "../labs/index.ts";
import { deploymentsResource, podsResource } from "./workloads.ts";

export interface WatchTarget {
  readonly resource: GroupVersionResource;
  readonly namespace: string | undefined;
}

/** What to watch so as to hear at once that a condition may have changed. */
export async function watchTargets(
  probe: ConditionProbe,
  cluster: KubeCluster,
  signal: AbortSignal,
): Promise<WatchTarget[]> {
  switch (probe.type) {
    case "object": {
      const { apiVersion, kind, ns } = probe.object;
      const resource = await cluster.resourceOf(apiVersion, kind, signal);
      return [{ resource, namespace: resource.namespaced ? (ns ?? "default") : undefined }];
    }
    case "pods":
      return [{ resource: podsResource, namespace: probe.pods.ns }];
    case "http":
      return [...policies, ...(probe.http.from === "gateway" ? [] : workloadsOf(probe.http.from.ns))];
    case "proxyConfig":
      return [...policies, ...workloadsOf(probe.proxyConfig.ns)];
    case "mtls":
    case "run":
      return policies;
  }
}

/** Istio's answer to a request changes with these, whoever asks. */
const policies: WatchTarget[] = [
  {
    resource: { group: "security.istio.io", version: "v1beta1", resource: "peerauthentications" },
    namespace: undefined,
  },
];

function workloadsOf(namespace: string): WatchTarget[] {
  return [
    { resource: podsResource, namespace },
    { resource: deploymentsResource, namespace },
  ];
}

/** Whether looking again is needed although nothing changed in the API: traffic, proxies and files tell nobody. */
export function needsPolling(probe: ConditionProbe): boolean {
  return probe.type !== "object" && probe.type !== "pods";
}

export function targetKey({ resource, namespace }: WatchTarget): string {
  return [resource.group, resource.version, resource.resource, namespace ?? "*"].join("/");
}
