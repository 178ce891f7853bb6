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
    case "log":
      return workloadsOf(probe.log.ns);
    case "mtls":
    case "traffic":
    case "run":
      return policies;
  }
}

/** Istio's answer to a request changes with these, whoever asks. */
const policies: WatchTarget[] = [
  ...["peerauthentications", "authorizationpolicies", "requestauthentications"].map((resource) =>
    everywhere("security.istio.io", resource),
  ),
  ...["gateways", "virtualservices", "destinationrules", "serviceentries", "sidecars"].map((resource) =>
    everywhere("networking.istio.io", resource),
  ),
];

function everywhere(group: string, resource: string): WatchTarget {
  return { resource: { group, version: "v1beta1", resource }, namespace: undefined };
}

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
