import { z } from "zod";
import { ApiError, getJson } from "../kube/client.ts";
import type { KubeAccess } from "../kube/kubeconfig.ts";
import { CommandError } from "./errors.ts";

export interface PodTarget {
  readonly name: string;
  readonly namespace: string;
}

const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        namespace: z.string(),
        deletionTimestamp: z.string().optional(),
      }),
      status: z.object({ phase: z.string().optional() }).default({}),
    }),
  ),
});

const selected = z.object({
  spec: z.object({
    selector: z
      .union([z.object({ matchLabels: z.record(z.string(), z.string()) }), z.record(z.string(), z.string())])
      .optional(),
  }),
});

/** Resource paths of the kinds a target may name (pkg/util/handlers: whatever has a pod template). */
const KINDS: Record<string, { readonly path: string; readonly resource: string }> = Object.fromEntries(
  [
    {
      words: ["deploy", "deployment", "deployments", "deployments.apps"],
      path: "/apis/apps/v1",
      resource: "deployments",
    },
    { words: ["rs", "replicaset", "replicasets"], path: "/apis/apps/v1", resource: "replicasets" },
    { words: ["sts", "statefulset", "statefulsets"], path: "/apis/apps/v1", resource: "statefulsets" },
    { words: ["ds", "daemonset", "daemonsets"], path: "/apis/apps/v1", resource: "daemonsets" },
    { words: ["svc", "service", "services"], path: "/api/v1", resource: "services" },
  ].flatMap(({ words, path, resource }) => words.map((word) => [word, { path, resource }])),
);

/** `deploy/x.ns` → kind, name, namespace: what follows the last dot after any slash is a namespace. */
export function parseTarget(text: string, defaultNamespace: string) {
  const slash = text.indexOf("/");
  const kind = slash < 0 ? undefined : text.slice(0, slash);
  const rest = text.slice(slash + 1);
  const dot = rest.lastIndexOf(".");
  return dot < 0
    ? { kind, name: rest, namespace: defaultNamespace }
    : { kind, name: rest.slice(0, dot), namespace: rest.slice(dot + 1) };
}

/** The pod that a target means: of several, one that runs. */
export async function resolvePod(
  access: KubeAccess,
  text: string,
  namespace: string | undefined,
): Promise<PodTarget> {
  const [pod] = await resolvePods(access, text, namespace);
  if (!pod) throw new CommandError(`no pods match "${text}"`);
  return pod;
}

/** Every pod that a target means, those that run first. Errors in the words of istioctl/pkg/util/handlers. */
export async function resolvePods(
  access: KubeAccess,
  text: string,
  namespace: string | undefined,
): Promise<readonly PodTarget[]> {
  const target = parseTarget(text, namespace ?? access.namespace);
  if (!target.kind || ["pod", "pods", "po"].includes(target.kind)) {
    await getJson(access, `/api/v1/namespaces/${target.namespace}/pods/${target.name}`, {
      schema: z.unknown(),
    });
    return [target];
  }
  const kind = KINDS[target.kind];
  if (!kind) throw new CommandError(`the server doesn't have a resource type "${target.kind}"`);
  const pods = await podsBehind(access, { ...target, ...kind });
  const live = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  if (live.length === 0) throw new CommandError(`no pods match "${text}"`);
  const runs = ({ status }: (typeof live)[number]) => Number(status.phase === "Running");
  return live.sort((a, b) => runs(b) - runs(a)).map(({ metadata }) => metadata);
}

/** Running pods with the labels. */
export async function selectPods(
  access: KubeAccess,
  namespace: string | undefined,
  labelSelector: string,
): Promise<readonly PodTarget[]> {
  const path = `/api/v1/namespaces/${namespace ?? access.namespace}/pods`;
  const query = { labelSelector, fieldSelector: "status.phase=Running" };
  const { items } = await getJson(access, path, { schema: podList, query });
  if (items.length === 0) throw new CommandError("no pods found");
  return items.map(({ metadata }) => metadata);
}

async function podsBehind(
  access: KubeAccess,
  target: { path: string; resource: string; name: string; namespace: string },
) {
  const url = `${target.path}/namespaces/${target.namespace}/${target.resource}/${target.name}`;
  const object = await getJson(access, url, { schema: selected }).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 404)
      throw new CommandError(`failed retrieving: ${error.message} in the "${target.namespace}" namespace`, {
        cause: error,
      });
    throw error;
  });
  const selector = z.record(z.string(), z.string()).parse(matchLabels(object.spec.selector ?? {}));
  const labelSelector = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const path = `/api/v1/namespaces/${target.namespace}/pods`;
  return (await getJson(access, path, { schema: podList, query: { labelSelector } })).items;
}

const matchLabels = (selector: object): unknown =>
  "matchLabels" in selector ? selector.matchLabels : selector;
