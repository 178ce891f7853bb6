import { isAlreadyExists, isConflict, isNotFound, type KubeObject } from "../../apimachinery/index.ts";
import type { Clock, Logger } from "../../base/index.ts";
import { ResourceClient, type ResourceType, type Transport } from "../../client/index.ts";
import type { VersionGates } from "../versions.ts";
import { CONFIG_MAPS } from "./ingest/cluster-view.ts";
import { WRITE_ATTEMPTS } from "./limits.ts";
import type { ConfigMap } from "./model/kube.ts";

/** Objects that istiod itself keeps in the cluster. Every function may run again at any time. */
export interface OwnObjectsDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly namespace: string;
  readonly podName: string;
  /** Empty for the default one. */
  readonly revision: string;
}

const IGNORED = new Set(["kube-system", "kube-public", "kube-node-lease", "local-path-storage"]);
const ROOT_CONFIG_MAP = "istio-ca-root-cert";

/** The mesh's root certificate, in every namespace where a pod might want it. */
export async function writeRootCertificate(
  deps: OwnObjectsDeps,
  namespace: string,
  rootPem: string,
): Promise<void> {
  if (IGNORED.has(namespace)) return;
  const client = new ResourceClient({
    transport: deps.transport,
    type: CONFIG_MAPS,
    userAgent: "pilot-discovery",
  });
  const wanted: ConfigMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: ROOT_CONFIG_MAP, namespace, labels: { "istio.io/config": "true" } },
    data: { "root-cert.pem": rootPem },
  };
  try {
    await client.create(wanted);
  } catch (error) {
    if (!isAlreadyExists(error)) {
      // The namespace is going away, or has gone.
      deps.logger.warn(
        { scope: "klog" },
        `error when creating configmap ${ROOT_CONFIG_MAP}: ${String(error)}`,
      );
      return;
    }
    const current = await client.get({ namespace, name: ROOT_CONFIG_MAP });
    if (current.data?.["root-cert.pem"] === rootPem) return;
    await client.patch({ namespace, name: ROOT_CONFIG_MAP }, { type: "merge", body: { data: wanted.data } });
  }
}

export interface WebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly (Readonly<Record<string, unknown>> & {
    readonly clientConfig?: Readonly<Record<string, unknown>>;
    readonly failurePolicy?: string;
  })[];
}

export const webhookType = (kind: "Mutating" | "Validating"): ResourceType<WebhookConfiguration> => ({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: `${kind}WebhookConfiguration`,
  plural: `${kind.toLowerCase()}webhookconfigurations`,
  namespaced: false,
});

/** Tells the API server whom to trust at our webhooks, and makes validation binding, as we are here to do it. */
export async function patchWebhooks(deps: OwnObjectsDeps, rootPem: string): Promise<void> {
  const caBundle = Buffer.from(rootPem).toString("base64");
  // Of its own revision, those of tags that point at it included (pilot/pkg/webhooks, validation/controller).
  const labelSelector = `istio.io/rev=${deps.revision || "default"}`;
  await Promise.all(
    (["Mutating", "Validating"] as const).map(async (kind) => {
      const client = new ResourceClient({
        transport: deps.transport,
        type: webhookType(kind),
        userAgent: "pilot-discovery",
      });
      const { items } = await client.list({ labelSelector });
      const names = items.map(({ metadata }) => metadata.name ?? "");
      const patch = { caBundle, fail: kind === "Validating" };
      await Promise.all(names.map((name) => patchWebhook(client, name, patch)));
    }),
  );
}

async function patchWebhook(
  client: ResourceClient<WebhookConfiguration>,
  name: string,
  { caBundle, fail }: { readonly caBundle: string; readonly fail: boolean },
): Promise<void> {
  for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt++) {
    try {
      const current = await client.get({ name });
      const webhooks = (current.webhooks ?? []).map((webhook) => ({
        ...webhook,
        clientConfig: { ...webhook.clientConfig, caBundle },
        ...(fail ? { failurePolicy: "Fail" } : {}),
      }));
      if (JSON.stringify(webhooks) === JSON.stringify(current.webhooks)) return;
      await client.update({ ...current, webhooks });
      return;
    } catch (error) {
      // Not installed (yet): the watch will tell. Changed meanwhile: look again.
      if (isNotFound(error)) return;
      if (!isConflict(error)) throw error;
    }
  }
}

/** Elections that istiod takes part in. Each record is written once: a single replica has nobody to lose against. */
export async function writeLeaderRecords(deps: OwnObjectsDeps, gates: VersionGates): Promise<void> {
  const elections = [
    "istio-leader",
    "istio-namespace-controller-election",
    ...(gates.gatewayStatusLeaderLease ? [] : ["istio-gateway-status-leader"]),
  ];
  await Promise.all(elections.map((name) => writeLeaderConfigMap(deps, name)));
  const leases = [
    "istio-gateway-deployment-default",
    ...(gates.gatewayStatusLeaderLease ? ["istio-gateway-status-leader-default"] : []),
  ];
  await Promise.all(leases.map((name) => writeLease(deps, name)));
}

const LEADER_ANNOTATION = "control-plane.alpha.kubernetes.io/leader";

async function writeLeaderConfigMap(deps: OwnObjectsDeps, name: string): Promise<void> {
  const { namespace, podName, clock } = deps;
  const client = new ResourceClient({
    transport: deps.transport,
    type: CONFIG_MAPS,
    userAgent: "pilot-discovery",
  });
  const time = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
  const record = {
    holderIdentity: podName,
    holderKey: "default",
    leaseDurationSeconds: 30,
    acquireTime: time,
    renewTime: time,
    leaderTransitions: 0,
  };
  const annotations = { [LEADER_ANNOTATION]: JSON.stringify(record) };
  try {
    await client.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, annotations } });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    await client.patch({ namespace, name }, { type: "merge", body: { metadata: { annotations } } });
  }
}

const LEASES: ResourceType<KubeObject> = {
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
};

async function writeLease(
  { transport, namespace, podName, clock }: OwnObjectsDeps,
  name: string,
): Promise<void> {
  const client = new ResourceClient({ transport, type: LEASES, userAgent: "pilot-discovery" });
  const time = new Date(clock.now()).toISOString().replace("Z", "000Z");
  const spec = {
    holderIdentity: podName,
    leaseDurationSeconds: 30,
    acquireTime: time,
    renewTime: time,
    leaseTransitions: 0,
  };
  try {
    await client.create({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name, namespace },
      spec,
    });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    await client.patch({ namespace, name }, { type: "merge", body: { spec } });
  }
}
