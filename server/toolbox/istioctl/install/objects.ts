import { z } from "zod";
import { objectPath } from "../../../cluster/istio/install/index.ts";
import { ApiError, getJson, send } from "../../kube/client.ts";
import type { KubeAccess } from "../../kube/kubeconfig.ts";

const metadata = z
  .object({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
  })
  .loose();
const object = z.object({ apiVersion: z.string(), kind: z.string(), metadata }).loose();
const list = z.object({ items: z.array(z.object({ metadata }).loose()).default([]) });

export type ApiObject = z.infer<typeof object>;

export interface ObjectKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The path of all objects of a kind, in every namespace. */
function listPath({ apiVersion, kind }: ObjectKind): string {
  return objectPath({ apiVersion, kind, metadata: { name: "" } })
    .replace("/namespaces/default/", "/")
    .replace(/\/$/, "");
}

/** Objects of a kind that labels select; none when the cluster does not know the kind. */
export async function listObjects(
  access: KubeAccess,
  of: ObjectKind,
  labelSelector: string,
): Promise<readonly ApiObject[]> {
  try {
    const { items } = await getJson(access, listPath(of), { schema: list, query: { labelSelector } });
    return items.map((item) => ({ ...item, apiVersion: of.apiVersion, kind: of.kind }));
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return [];
    throw error;
  }
}

/** Undefined when it is not there. */
export async function getObject(access: KubeAccess, path: string): Promise<ApiObject | undefined> {
  try {
    return await getJson(access, path, { schema: object });
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  }
}

/** Whether it was there to be deleted. */
export async function deleteObject(
  access: KubeAccess,
  { apiVersion, kind, metadata: meta }: ApiObject,
  propagationPolicy: "Background" | "Foreground" = "Background",
): Promise<boolean> {
  const path = objectPath({ apiVersion, kind, metadata: meta });
  try {
    await send(access, { method: "DELETE", path, body: { propagationPolicy } });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return false;
    throw error;
  }
}

/** `Kind:namespace:name`, how upstream names an object to people (operator/pkg/object Hash). */
export function hashOf({ kind, metadata: { name, namespace } }: ApiObject): string {
  return `${kind}:${namespace ?? ""}:${name}`;
}

/** `apps/v1, Kind=Deployment/istiod.istio-system`, as releases since 1.24 name it (operator/pkg/uninstall). */
export function longNameOf({ apiVersion, kind, metadata: { name, namespace } }: ApiObject): string {
  const group = apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
  return `${group}, Kind=${kind}/${name}.${namespace ?? ""}`;
}

/** Server-side apply, as the installer. Rejects with upstream's sentence. */
export async function applyObject(
  access: KubeAccess,
  applied: Parameters<typeof objectPath>[0],
): Promise<void> {
  const { kind, metadata: meta } = applied;
  try {
    await send(access, {
      method: "PATCH",
      path: objectPath(applied),
      query: { fieldManager: "istio-operator", force: "true" },
      contentType: "application/apply-patch+yaml",
      body: applied,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const shown = `${kind}/${meta.namespace ?? ""}/${meta.name ?? ""}`;
    throw new Error(`failed to update resource with server-side apply for obj ${shown}: ${why}`, {
      cause: error,
    });
  }
}
