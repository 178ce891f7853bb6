import { type KubeConnection, openConnection } from "./connection.ts";
import { execInPod } from "./exec.ts";
import { getJson, getText } from "./http.ts";
import { KubeError } from "./kube-error.ts";
import { limits } from "./limits.ts";
import { listAll } from "./list.ts";
import { parseApiVersion, resourcePath } from "./paths.ts";
import { kubeObject, resourceList } from "./schemas.ts";
import type { KubeCluster, ResourceInfo } from "./types.ts";
import { watchForever } from "./watch.ts";

export interface OpenKubeClusterOptions {
  /** Path of the kubeconfig file. */
  readonly kubeconfig: string;
  /** Absent: the file's current context. */
  readonly context?: string | undefined;
}

export interface OpenKubeCluster extends KubeCluster {
  /** Closes kept connections. Watches and calls end by their own signals. */
  close(): void;
}

/** Opens nothing yet: the first call connects. Rejects with reason Kubeconfig when the file cannot be used. */
export async function openKubeCluster(options: OpenKubeClusterOptions): Promise<OpenKubeCluster> {
  const connection = await openConnection(options.kubeconfig, options.context);
  const discovered = new Map<string, ResourceInfo>();
  return {
    list: async (resource, list) => (await listAll(connection, resource, list)).items,
    async get(resource, reference, signal) {
      const path = resourcePath(resource, reference);
      const parsed = kubeObject.safeParse(await getJson(connection, path, { signal }));
      if (!parsed.success)
        throw new KubeError({ reason: "Other" }, `${path} did not answer with an object`, {
          cause: parsed.error,
        });
      return parsed.data;
    },
    watch: (resource, watch) => watchForever(connection, resource, watch),
    exec: (request) => execInPod(connection, request),
    serviceProxyGet({ namespace, service, port, path, signal }) {
      const target = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(service)}:${port}/proxy`;
      return getText(connection, target + path, { signal, accept: "*/*" });
    },
    podLog({ namespace, pod, container, tailLines, previous, signal }) {
      const path = resourcePath(
        { group: "", version: "v1", resource: "pods" },
        { namespace, name: pod },
        { container, tailLines, previous, timestamps: true, limitBytes: limits.logBytes },
      );
      return getText(connection, path.replace("?", "/log?"), { signal, accept: "*/*" });
    },
    document: (path, document) => getJson(connection, path, document),
    async resourceOf(apiVersion, kind, signal) {
      const key = `${apiVersion} ${kind}`;
      const known = discovered.get(key);
      if (known) return known;
      const found = await discover(connection, { apiVersion, kind, signal });
      // Bounded by what the API serves: only kinds that exist are kept.
      discovered.set(key, found);
      return found;
    },
    identity: () => ({ context: connection.context, server: connection.server }),
    close: () => connection.close(),
  };
}

interface Sought {
  readonly apiVersion: string;
  readonly kind: string;
  readonly signal: AbortSignal | undefined;
}

async function discover(
  connection: KubeConnection,
  { apiVersion, kind, signal }: Sought,
): Promise<ResourceInfo> {
  const { group, version } = parseApiVersion(apiVersion);
  const path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const { resources } = resourceList.parse(await getJson(connection, path, { signal }));
  const found = resources.find((resource) => resource.kind === kind && !resource.name.includes("/"));
  if (!found) throw new KubeError({ reason: "NotFound" }, `${apiVersion} has no kind "${kind}"`);
  return { group, version, resource: found.name, namespaced: found.namespaced };
}
