import { z } from "zod";
import { getJson } from "../kube/client.ts";
import { execInPod } from "../kube/exec.ts";
import type { KubeAccess } from "../kube/kubeconfig.ts";
import type { FlagSpec } from "./args.ts";
import { CommandError } from "./errors.ts";

const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        namespace: z.string(),
        labels: z.record(z.string(), z.string()).default({}),
      }),
      status: z
        .object({
          phase: z.string().optional(),
          conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
        })
        .default({ conditions: [] }),
    }),
  ),
});

export const REVISION: FlagSpec = {
  name: "revision",
  short: "r",
  type: "string",
  usage: "Control plane revision",
};

export interface IstiodPod {
  readonly name: string;
  readonly namespace: string;
  readonly revision: string;
}

/** Ready istiod pods, those of one revision or all. */
export async function istiodPods(
  access: KubeAccess,
  istioNamespace: string,
  revision?: string,
): Promise<readonly IstiodPod[]> {
  const query = { labelSelector: `app=istiod${revision ? `,istio.io/rev=${revision}` : ""}` };
  const { items } = await getJson(access, `/api/v1/namespaces/${istioNamespace}/pods`, {
    schema: podList,
    query,
  });
  const ready = ({ status }: (typeof items)[number]) =>
    status.conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
  return items.filter(ready).map(({ metadata: { name, namespace, labels } }) => ({
    name,
    namespace,
    revision: labels["istio.io/rev"] ?? "",
  }));
}

/** Asks every istiod's debug interface. Throws upstream's words when there is none (pkg/kube/client.go AllDiscoveryDo). */
export async function askIstiods(
  access: KubeAccess,
  ask: {
    readonly istioNamespace: string;
    readonly path: string;
    /** An istiod that refuses is listed with an empty body. */
    readonly refusalsPass?: boolean;
    readonly revision?: string | undefined;
  },
): Promise<readonly { readonly istiod: string; readonly body: string }[]> {
  const pods = await istiodPods(access, ask.istioNamespace, ask.revision);
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
