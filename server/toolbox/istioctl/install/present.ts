import { z } from "zod";
import type { InstallSettings } from "../../../cluster/istio/install/index.ts";
import { getJson } from "../../kube/client.ts";
import { execInPod } from "../../kube/exec.ts";
import type { KubeAccess } from "../../kube/kubeconfig.ts";
import type { CommandContext } from "../command.ts";
import { type ApiObject, listObjects } from "./objects.ts";

const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
      spec: z.object({ containers: z.array(z.object({ image: z.string() })) }),
      status: z.object({ phase: z.string().default("") }).prefault({}),
    }),
  ),
});

const syncz = z.array(z.object({ proxy: z.string() }));

/** Names of the proxies that one revision's istiods serve; undefined when none of them answers. */
export async function connectedProxies(
  { access, istioNamespace }: Pick<CommandContext, "access" | "istioNamespace">,
  revision: string,
): Promise<readonly string[] | undefined> {
  const path = `/api/v1/namespaces/${istioNamespace}/pods`;
  const query = { labelSelector: `app=istiod,istio.io/rev=${revision}` };
  const { items } = await getJson(access(), path, { schema: pods, query });
  const running = items.filter(({ status }) => status.phase === "Running");
  if (running.length === 0) return undefined;
  const command = ["pilot-discovery", "request", "GET", "/debug/syncz"];
  const answers = await Promise.all(
    running.map(({ metadata }) =>
      execInPod(access(), { namespace: istioNamespace, pod: metadata.name, container: "discovery", command }),
    ),
  );
  if (answers.some(({ exitCode }) => exitCode !== 0)) return undefined;
  return answers.flatMap(({ stdout }) => syncz.parse(JSON.parse(stdout)).map(({ proxy }) => proxy));
}

export interface ControlPlane {
  readonly revision: string;
  readonly version: string;
}

/** The istiods that run, one entry for each pod. */
export async function controlPlanes(
  access: KubeAccess,
  istioNamespace: string,
): Promise<readonly ControlPlane[]> {
  const path = `/api/v1/namespaces/${istioNamespace}/pods`;
  const { items } = await getJson(access, path, { schema: pods, query: { labelSelector: "app=istiod" } });
  return items
    .filter(({ status }) => status.phase === "Running")
    .map(({ metadata, spec }) => ({
      revision: metadata.labels["istio.io/rev"] ?? "default",
      version: spec.containers[0]?.image.split(":").at(-1) ?? "",
    }));
}

export const INJECTORS = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
} as const;

/** Webhooks of installations and tags that are there (istioctl/pkg/tag PreviousInstallExists). */
export function injectors(access: KubeAccess): Promise<readonly ApiObject[]> {
  return listObjects(access, INJECTORS, "app=sidecar-injector");
}

/** What to say when another version of the same revision runs (operator/cmd/mesh detectIstioVersionDiff); "" when none does. */
export function versionDifference(
  { revision, tag }: InstallSettings,
  running: readonly ControlPlane[],
  warning: string,
): string {
  const own = revision || "default";
  const versions = running.filter((one) => one.revision === own).map(({ version }) => version);
  const present = versions.sort().at(-1);
  if (!present || present === tag) return "";
  const direction = present < tag ? "upgraded" : "downgraded";
  return [
    `${warning} Istio is being ${direction} from ${present} to ${tag}.`,
    ...(own === "default"
      ? [
          "         Running this command will overwrite it; use revisions to upgrade alongside the existing version.",
        ]
      : []),
    "         Before upgrading, you may wish to use 'istioctl x precheck' to check for upgrade warnings.",
    "",
  ].join("\n");
}
