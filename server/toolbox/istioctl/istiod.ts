import { z } from "zod";
import { getJson } from "../kube/client.ts";
import { execInPod } from "../kube/exec.ts";
import type { KubeAccess } from "../kube/kubeconfig.ts";
import { CommandError } from "./errors.ts";

const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), namespace: z.string() }),
      status: z
        .object({
          phase: z.string().optional(),
          conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
        })
        .default({ conditions: [] }),
    }),
  ),
});

/** Ready istiod pods. */
export async function istiodPods(
  access: KubeAccess,
  istioNamespace: string,
): Promise<readonly { name: string; namespace: string }[]> {
  const query = { labelSelector: "app=istiod" };
  const { items } = await getJson(access, `/api/v1/namespaces/${istioNamespace}/pods`, {
    schema: podList,
    query,
  });
  const ready = ({ status }: (typeof items)[number]) =>
    status.conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
  return items.filter(ready).map(({ metadata }) => metadata);
}

/** Asks every istiod's debug interface. Throws upstream's words when there is none (pkg/kube/client.go AllDiscoveryDo). */
export async function askIstiods(
  access: KubeAccess,
  ask: {
    readonly istioNamespace: string;
    readonly path: string;
    /** An istiod that refuses is listed with an empty body. */
    readonly refusalsPass?: boolean;
  },
): Promise<readonly { readonly istiod: string; readonly body: string }[]> {
  const pods = await istiodPods(access, ask.istioNamespace);
  if (pods.length === 0) throw new CommandError("unable to find any Istiod instances");
  return Promise.all(
    pods.map(async ({ name, namespace }) => {
      const command = ["pilot-discovery", "request", "GET", ask.path];
      const { stdout, stderr, exitCode } = await execInPod(access, {
        namespace,
        pod: name,
        container: "discovery",
        command,
      });
      if (exitCode !== 0 && ask.refusalsPass) return { istiod: name, body: "" };
      if (exitCode !== 0)
        throw new CommandError(stderr.trim() || `pilot-discovery ended with exit code ${exitCode}`);
      return { istiod: name, body: stdout };
    }),
  );
}
