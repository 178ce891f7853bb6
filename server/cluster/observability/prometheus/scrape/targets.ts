import type { KubeObject } from "../../../apimachinery/index.ts";

/** One address to scrape and what its series are labelled with. */
export interface Target {
  readonly key: string;
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface PodObject extends KubeObject {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string; readonly podIP?: string };
}

/**
 * The `kubernetes-pods` job of the add-on's configuration: pods annotated prometheus.io/scrape, at the annotated port and
 * path, labelled with namespace, pod and the pod's own labels.
 */
export function targetOf(pod: PodObject): Target | undefined {
  const { annotations = {}, labels = {}, name = "", namespace = "" } = pod.metadata;
  const { phase, podIP } = pod.status ?? {};
  if (
    annotations["prometheus.io/scrape"] !== "true" ||
    !podIP ||
    (phase !== "Running" && phase !== "Pending")
  )
    return undefined;
  const port = Number(annotations["prometheus.io/port"] ?? 80);
  if (!Number.isInteger(port)) return undefined;
  const own: Record<string, string> = {};
  for (const [label, value] of Object.entries(labels))
    if (value) own[label.replace(/[^a-zA-Z0-9_]/g, "_")] = value;
  return {
    key: `${namespace}/${name}`,
    address: podIP,
    port,
    path: annotations["prometheus.io/path"] ?? "/metrics",
    labels: { ...own, instance: `${podIP}:${port}`, job: JOB, namespace, pod: name },
  };
}

export const JOB = "kubernetes-pods";
