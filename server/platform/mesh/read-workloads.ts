import type { KubeObject } from "../kube/index.ts";
import { selects } from "./labels.ts";
import { limits } from "./limits.ts";
import { podObject, workloadObject } from "./snapshot-schemas.ts";
import type { Labels, Workload } from "./snapshot-types.ts";

/** Workloads with what their pods say. Objects that are not as the API writes them are left out. */
export function readWorkloads(objects: readonly KubeObject[], pods: readonly KubeObject[]): Workload[] {
  const byNamespace = groupPods(pods);
  return objects.flatMap((object): Workload[] => {
    const parsed = workloadObject.safeParse(object);
    if (!parsed.success) return [];
    const { spec, status } = parsed.data;
    const namespace = object.metadata.namespace ?? "";
    const labels = spec.template.metadata?.labels ?? {};
    const selector = spec.selector?.matchLabels ?? labels;
    const own = (byNamespace.get(namespace) ?? []).filter((pod) => selects(selector, pod.labels));
    const running = own.filter((pod) => pod.running);
    return [
      {
        namespace,
        name: object.metadata.name,
        labels,
        pods: {
          ready: own.filter((pod) => pod.ready).length,
          total: Math.max(spec.replicas ?? status?.desiredNumberScheduled ?? 1, 0),
        },
        sidecar: running.length === 0 ? undefined : running.some((pod) => pod.sidecar),
        upstreams: upstreamsOf(spec.template.spec.containers.flatMap((container) => container.env ?? [])),
      },
    ];
  });
}

interface PodFacts {
  readonly labels: Labels;
  readonly running: boolean;
  readonly ready: boolean;
  readonly sidecar: boolean;
}

function groupPods(pods: readonly KubeObject[]): Map<string, PodFacts[]> {
  const groups = new Map<string, PodFacts[]>();
  for (const pod of pods) {
    const parsed = podObject.safeParse(pod);
    if (!parsed.success || pod.metadata.deletionTimestamp !== undefined) continue;
    const { spec, status } = parsed.data;
    // Native sidecars stand among the init containers.
    const names = [...spec.containers, ...(spec.initContainers ?? [])].map((container) => container.name);
    const namespace = pod.metadata.namespace ?? "";
    const group = groups.get(namespace) ?? [];
    groups.set(namespace, group);
    group.push({
      labels: pod.metadata.labels ?? {},
      running: status?.phase === "Running",
      ready: status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true,
      sidecar: names.includes("istio-proxy"),
    });
  }
  return groups;
}

/** fake-service names whom it calls in UPSTREAM_URIS, comma separated. */
function upstreamsOf(
  env: readonly { readonly name: string; readonly value?: string | undefined }[],
): string[] {
  return env
    .filter((variable) => variable.name === "UPSTREAM_URIS")
    .flatMap((variable) => (variable.value ?? "").split(","))
    .map((address) => address.trim())
    .filter((address) => address !== "")
    .slice(0, limits.upstreamsPerWorkload);
}
