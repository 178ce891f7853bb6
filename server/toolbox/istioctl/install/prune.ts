import type { ComponentManifest } from "../../../cluster/istio/install/index.ts";
import type { KubeAccess } from "../../kube/kubeconfig.ts";
import type { CommandContext } from "../command.ts";
import { atLeast } from "../release.ts";
import { type ApiObject, deleteObject, hashOf, listObjects, longNameOf, type ObjectKind } from "./objects.ts";

const of = (apiVersion: string, ...kinds: readonly string[]): readonly ObjectKind[] =>
  kinds.map((kind) => ({ apiVersion, kind }));

/** In the order in which they go (operator/pkg/helmreconciler NamespacedResources, ClusterResources). */
const NAMESPACED: readonly ObjectKind[] = [
  ...of("apps/v1", "Deployment", "DaemonSet"),
  ...of("v1", "Service", "ConfigMap", "Pod", "Secret", "ServiceAccount"),
  ...of("rbac.authorization.k8s.io/v1", "RoleBinding", "Role"),
  ...of("policy/v1", "PodDisruptionBudget"),
  ...of("networking.istio.io/v1alpha3", "EnvoyFilter"),
  ...of("autoscaling/v2", "HorizontalPodAutoscaler"),
];
const CLUSTER: readonly ObjectKind[] = [
  ...of("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
  ...of("rbac.authorization.k8s.io/v1", "ClusterRole", "ClusterRoleBinding"),
];
const DEFINITIONS = of("apiextensions.k8s.io/v1", "CustomResourceDefinition");

const COMPONENT = "operator.istio.io/component";

async function listAll(
  access: KubeAccess,
  kinds: readonly ObjectKind[],
  selector: string,
): Promise<readonly ApiObject[]> {
  const lists = await Promise.all(kinds.map((kind) => listObjects(access, kind, selector)));
  return lists.flat();
}

/** Everything of every installation, definitions and with them all of their objects included. */
export function everythingInstalled(access: KubeAccess): Promise<readonly ApiObject[]> {
  return listAll(access, [...NAMESPACED, ...CLUSTER, ...DEFINITIONS], COMPONENT);
}

/** What belongs to one revision; what revisions share stays. */
export function installedOfRevision(access: KubeAccess, revision: string): Promise<readonly ApiObject[]> {
  const components = "Pilot,IngressGateways,EgressGateways,Cni,IstioOperator,IstiodRemote,Ztunnel";
  return listAll(
    access,
    [...NAMESPACED, ...CLUSTER],
    `istio.io/rev=${revision},${COMPONENT} in (${components}),${COMPONENT}`,
  );
}

export interface Removal {
  readonly dryRun: boolean;
  readonly context: Pick<CommandContext, "stdout" | "version">;
}

export async function removeObjects(
  access: KubeAccess,
  objects: readonly ApiObject[],
  { dryRun, context }: Removal,
): Promise<void> {
  const modern = atLeast(context.version, "1.24");
  const say = (line: string) => context.stdout(`${line}\n`);
  for (const object of objects) {
    const name = modern ? longNameOf(object) : hashOf(object);
    if (dryRun) say(`Not pruning object ${name} because of dry run.`);
    else if (await deleteObject(access, object, modern ? "Foreground" : "Background"))
      say(`  Removed ${name}.`);
    else say(`object: ${name} is not being deleted because it no longer exists`);
  }
}

/** What an earlier installation of the same revision and version has left and this one has not. */
export async function leftovers(
  access: KubeAccess,
  components: readonly ComponentManifest[],
  labels: Readonly<Record<string, string>>,
): Promise<readonly ApiObject[]> {
  const wanted = new Set(
    components.flatMap(({ objects }) =>
      objects.map(({ kind, metadata }) => `${kind}:${metadata.namespace ?? ""}:${metadata.name ?? ""}`),
    ),
  );
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const found = await listAll(access, [...NAMESPACED, ...CLUSTER], [...selector, COMPONENT].join(","));
  return found.filter((object) => !wanted.has(hashOf(object)));
}
