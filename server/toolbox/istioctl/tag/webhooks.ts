import {
  defaultTagWebhooks,
  installSettings,
  operatorSpec,
  tagWebhook,
} from "../../../cluster/istio/install/index.ts";
import type { KubeAccess } from "../../kube/kubeconfig.ts";
import { CommandError } from "../errors.ts";
import { type ApiObject, listObjects } from "../install/objects.ts";
import { INJECTORS } from "../install/present.ts";
import { releaseGates } from "../release-gates.ts";

const REVISION = "istio.io/rev";
const TAG = "istio.io/tag";

/** Webhooks of revisions and of tags. */
export const revisionWebhooks = (access: KubeAccess) => listObjects(access, INJECTORS, REVISION);

export const webhooksOfTag = (access: KubeAccess, tag: string) =>
  listObjects(access, INJECTORS, `${TAG}=${tag}`);

/** The webhook that an installation made for its revision, without tags. */
export const webhooksOfRevision = (access: KubeAccess, revision: string) =>
  listObjects(access, INJECTORS, `${REVISION}=${revision},!${TAG}`);

export const tagOf = ({ metadata }: ApiObject) => metadata.labels[TAG] ?? "";
export const revisionOf = ({ metadata }: ApiObject) => metadata.labels[REVISION] ?? "";

export async function namespacesWithTag(access: KubeAccess, tag: string): Promise<readonly string[]> {
  const namespaces = await listObjects(access, { apiVersion: "v1", kind: "Namespace" }, `${REVISION}=${tag}`);
  return namespaces.map(({ metadata }) => metadata.name);
}

export interface TagOptions {
  readonly tag: string;
  readonly revision: string;
  readonly overwrite: boolean;
  readonly generate: boolean;
  readonly webhookName: string | undefined;
  readonly autoInject: boolean;
  readonly version: string;
}

type Webhook = ReturnType<typeof tagWebhook>;

/** What a tag is made of. Throws CommandError when it must not be made (istioctl/pkg/tag Generate). */
export async function tagWebhooks(access: KubeAccess, options: TagOptions): Promise<readonly Webhook[]> {
  const { tag, revision, overwrite, generate, version } = options;
  const [sameName, canonical, present] = await Promise.all([
    webhooksOfRevision(access, tag),
    webhooksOfRevision(access, revision),
    webhooksOfTag(access, tag),
  ]);
  if (!generate && !overwrite && sameName.length > 0 && tag !== "default")
    throw new CommandError(
      `cannot create revision tag "${tag}": found existing control plane revision with same name`,
    );
  const [base] = canonical;
  if (!base)
    throw new CommandError(
      `cannot modify tag: cannot find MutatingWebhookConfiguration with revision "${revision}"`,
    );
  if (canonical.length > 1)
    throw new CommandError(
      `cannot modify tag: found multiple canonical webhooks with revision "${revision}"`,
    );
  if (present.length > 0 && !overwrite)
    throw new CommandError(`revision tag "${tag}" already exists, and --overwrite is false`);
  const gates = releaseGates(version);
  const byDefault = { sidecarInjectorWebhook: { enableNamespacesByDefault: options.autoInject } };
  const spec = operatorSpec(gates, { ...(revision === "default" ? {} : { revision }), values: byDefault });
  const settings = installSettings(spec, gates);
  const made = tag === "default" ? defaultTagWebhooks(settings) : [tagWebhook(settings, tag)];
  return made.map((webhook) => personal(webhook, base, options));
}

/** With the labels of the installation but for those by which the installer would take it for its own; and its CA. */
function personal(webhook: Webhook, base: ApiObject, { webhookName }: TagOptions): Webhook {
  const labels = {
    ...webhook.metadata.labels,
    ...base.metadata.labels,
    app: webhook.metadata.labels?.app ?? "",
  };
  const own = Object.entries(labels).filter(([key]) => !key.includes("operator.istio.io"));
  const name = webhook.kind === INJECTORS.kind && webhookName ? webhookName : webhook.metadata.name;
  const caBundle = caOf(base);
  const trusted = <T extends { readonly clientConfig: object }>(one: T) =>
    caBundle ? { ...one, clientConfig: { ...one.clientConfig, caBundle } } : one;
  const webhooks =
    "webhooks" in webhook && Array.isArray(webhook.webhooks) ? webhook.webhooks.map(trusted) : [];
  return { ...webhook, metadata: { name, labels: Object.fromEntries(own) }, webhooks };
}

function caOf({ webhooks }: ApiObject): string | undefined {
  const first: unknown = Array.isArray(webhooks) ? webhooks[0] : undefined;
  const config = fieldOf(first, "clientConfig");
  const bundle = fieldOf(config, "caBundle");
  return typeof bundle === "string" ? bundle : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
