import { z } from "zod";
import { getJson } from "../../kube/client.ts";
import type { KubeAccess } from "../../kube/kubeconfig.ts";
import { type LabelSelector, matchesLabelSelector, mutatingWebhookConfiguration } from "../analyze/index.ts";

export type Labels = Readonly<Record<string, string>>;

export const REVISION_LABEL = "istio.io/rev";
export const INJECTION_LABEL = "istio-injection";

const labels = z.record(z.string(), z.string()).default({});
const metadata = z.object({
  name: z.string(),
  namespace: z.string().default(""),
  labels,
  annotations: labels,
});
/** As much of any object as decides on injection. */
export const marked = z.object({ metadata });
export type Marked = z.infer<typeof marked>;

const configuration = mutatingWebhookConfiguration.extend({ metadata });
export type Hook = z.infer<typeof configuration>;

const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });

/** Webhook configurations by name. */
export async function hooks(access: KubeAccess): Promise<Hook[]> {
  const path = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
  const { items } = await getJson(access, path, { schema: listOf(configuration) });
  return items.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

export async function listMarked(
  access: KubeAccess,
  path: string,
  query?: Record<string, string>,
): Promise<Marked[]> {
  return (await getJson(access, path, { schema: listOf(marked), ...(query && { query }) })).items;
}

export const isIstioHook = ({ webhooks }: Hook): boolean =>
  webhooks.some(({ name }) => name.endsWith("istio.io"));

export const revisionOf = ({ metadata: own }: Hook): string => own.labels[REVISION_LABEL] ?? "";

export const matches = (selector: LabelSelector, own: Labels): boolean => matchesLabelSelector(selector, own);
