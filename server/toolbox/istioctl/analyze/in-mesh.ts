import type { Metadata, Resource } from "./resource.ts";
import type { PodSpec } from "./specs.ts";
import type { World } from "./world.ts";

export const PROXY = "istio-proxy";
export const INJECTION_LABEL = "istio-injection";
const INJECT = "sidecar.istio.io/inject";

type Marks = Pick<Metadata, "labels" | "annotations">;

/** Whether a pod has a sidecar or would get one: by container, label, annotation, then its namespace (util/in_mesh.go). */
export function podInMesh({ metadata, spec }: Resource<PodSpec>, world: World): boolean {
  if ([...spec.containers, ...spec.initContainers].some(isProxy)) return true;
  return injected(metadata, metadata.namespace, world);
}

export function deploymentInMesh(deployment: World["deployments"][number], world: World): boolean {
  const { metadata, spec } = deployment.spec.template;
  if (spec.containers.some(isProxy)) return true;
  return injected(metadata ?? { labels: {}, annotations: {} }, deployment.metadata.namespace, world);
}

function injected({ labels, annotations }: Marks, namespace: string, { namespaces }: World): boolean {
  const said = labels[INJECT] ?? annotations[INJECT];
  if (said !== undefined) return said === "true";
  const own = namespaces.find(({ metadata }) => metadata.name === namespace);
  return own?.metadata.labels[INJECTION_LABEL] === "enabled";
}

const isProxy = ({ name, image }: { readonly name: string; readonly image: string }): boolean =>
  name === PROXY && image !== "";

/** Istio's own parts, which some analyzers leave alone. */
export const isControlPlane = ({ metadata: { labels } }: Resource): boolean =>
  labels.istio !== undefined || labels.release === "istio";
