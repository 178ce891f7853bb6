import { z } from "zod";
import { type KubeCluster, KubeError, type KubeObject } from "../kube/index.ts";

export const podsResource = { group: "", version: "v1", resource: "pods" } as const;
export const deploymentsResource = { group: "apps", version: "v1", resource: "deployments" } as const;

const containerStatus = z.looseObject({ name: z.string(), ready: z.boolean().default(false) });
const container = z.looseObject({ name: z.string(), restartPolicy: z.string().optional() });
const podFields = z.looseObject({
  spec: z.looseObject({
    containers: z.array(container).default([]),
    initContainers: z.array(container).default([]),
  }),
  status: z
    .looseObject({
      phase: z.string().default("Pending"),
      containerStatuses: z.array(containerStatus).default([]),
      initContainerStatuses: z.array(containerStatus).default([]),
    })
    .default({ phase: "Pending", containerStatuses: [], initContainerStatuses: [] }),
});

export interface PodSummary {
  readonly name: string;
  readonly phase: string;
  readonly terminating: boolean;
  /** As in kubectl's READY column: containers that run beside the application for its life count, others do not. */
  readonly readyContainers: number;
  readonly containers: number;
  readonly ready: boolean;
  readonly containerNames: readonly string[];
  /** What kubectl exec enters without -c. */
  readonly defaultContainer: string | undefined;
}

export function podSummary(object: KubeObject): PodSummary {
  const { spec, status } = podFields.parse(object);
  const sidecars = spec.initContainers.filter((one) => one.restartPolicy === "Always").map((one) => one.name);
  const names = [...spec.containers.map((one) => one.name), ...sidecars];
  const statuses = [...status.containerStatuses, ...status.initContainerStatuses];
  const readyContainers = names.filter((name) =>
    statuses.some((one) => one.name === name && one.ready),
  ).length;
  return {
    name: object.metadata.name,
    phase: status.phase,
    terminating: object.metadata.deletionTimestamp !== undefined,
    readyContainers,
    containers: names.length,
    ready: status.phase === "Running" && readyContainers === names.length,
    containerNames: names,
    defaultContainer:
      object.metadata.annotations?.["kubectl.kubernetes.io/default-container"] ?? spec.containers[0]?.name,
  };
}

const deploymentFields = z.looseObject({
  spec: z.looseObject({
    selector: z.looseObject({ matchLabels: z.record(z.string(), z.string()).default({}) }),
  }),
});

export interface DeploymentReference {
  readonly deploy: string;
  readonly ns: string;
}

/** A ready pod of the Deployment. Throws a KubeError that says what is missing. */
export async function podOfDeployment(
  cluster: KubeCluster,
  reference: DeploymentReference,
  signal: AbortSignal,
): Promise<PodSummary> {
  const { deploy, ns } = reference;
  const object = await cluster.get(deploymentsResource, { namespace: ns, name: deploy }, signal);
  const labels = deploymentFields.parse(object).spec.selector.matchLabels;
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const pods = (await cluster.list(podsResource, { namespace: ns, labelSelector, signal })).map(podSummary);
  const pod = pods.find((one) => one.ready && !one.terminating);
  if (pod) return pod;
  throw new KubeError({ reason: "NotFound" }, `no pod of deployment ${deploy} in ${ns} is ready`);
}
