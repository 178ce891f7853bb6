import { load } from "js-yaml";
import { z } from "zod";
import { ApiError, getJson } from "../../kube/client.ts";
import type { KubeAccess } from "../../kube/kubeconfig.ts";
import { KINDS, type Kind } from "./kinds.ts";
import { metadata, type Resource } from "./resource.ts";
import { type MeshConfig, meshConfig } from "./specs.ts";

/** Namespaces that Istio never looks at (pkg/kube/inject IgnoredNamespaces). */
const IGNORED = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"];
const REVISION = "istio.io/rev";

const listOf = z.object({ items: z.array(z.looseObject({ metadata })) });

/** Everything of the cluster that analyzers read. A kind that is not served has no resources. */
export async function readCluster(
  access: KubeAccess,
  { istioNamespace, revision }: { readonly istioNamespace: string; readonly revision: string },
): Promise<Resource[]> {
  const lists = await Promise.all(
    KINDS.map(async (kind) => {
      const own = await listKind(access, kind, istioNamespace);
      return own.filter((resource) => isWanted(resource, kind, revision));
    }),
  );
  return lists.flat();
}

async function listKind(access: KubeAccess, kind: Kind, istioNamespace: string): Promise<Resource[]> {
  const base = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  // Of ConfigMaps only Istio's own are read.
  const scope = kind.kind === "ConfigMap" ? `/namespaces/${istioNamespace}` : "";
  const { items } = await getJson(access, `${base}${scope}/${kind.plural}`, { schema: listOf }).catch(
    (error: unknown) => {
      if (error instanceof ApiError && error.code === 404) return { items: [] };
      throw error;
    },
  );
  return items.map((item) => ({
    kind: kind.kind,
    metadata: item.metadata,
    spec: kind.whole ? item : item.spec,
  }));
}

function isWanted({ metadata: own, spec }: Resource, kind: Kind, revision: string): boolean {
  switch (kind.kind) {
    case "Namespace":
      return !IGNORED.includes(own.name);
    case "Pod":
    case "Service":
      return !IGNORED.includes(own.namespace);
    case "Secret": {
      const { type } = z.object({ type: z.string().catch("") }).parse(spec);
      return type !== "helm.sh/release.v1" && type !== "kubernetes.io/service-account-token";
    }
    case "ConfigMap":
      return own.name.startsWith("istio") && inRevision(own.labels, revision);
    default:
      return inRevision(own.labels, revision);
  }
}

const inRevision = (labels: Readonly<Record<string, string>>, revision: string): boolean =>
  labels[REVISION] === undefined || labels[REVISION] === "" || labels[REVISION] === revision;

/** The mesh's settings: of the ConfigMap `istio`, else the defaults. */
export function meshConfigOf(resources: readonly Resource[], istioNamespace: string): MeshConfig {
  const own = resources.find(
    ({ kind, metadata: { name, namespace } }) =>
      kind === "ConfigMap" && name === "istio" && namespace === istioNamespace,
  );
  const { mesh } = z
    .object({ data: z.object({ mesh: z.string().catch("") }).catch({ mesh: "" }) })
    .catch({ data: { mesh: "" } })
    .parse(own?.spec).data;
  return readMeshConfig(mesh);
}

/** Settings that do not parse count as not given. */
export function readMeshConfig(yaml: string): MeshConfig {
  return meshConfig.safeParse(load(yaml) ?? {}).data ?? meshConfig.parse({});
}
