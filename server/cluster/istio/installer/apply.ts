import { isNotFound, type KubeObject } from "../../apimachinery/index.ts";
import type { Clock } from "../../base/index.ts";
import type { Transport } from "../../client/transport.ts";
import {
  type ComponentManifest,
  installSettings,
  istioNamespace,
  manifestsFor,
  objectPath,
  operatorSpec,
  type ProfileName,
} from "../install/index.ts";
import { gatesFor, type IstioVersion } from "../versions.ts";
import { INSTALL_POLL_MS, INSTALL_TIMEOUT_MS } from "./limits.ts";

const FIELD_MANAGER = "istio-operator";

export interface InstallOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Told as each component is ready. */
  onComponent?(component: ComponentManifest["component"]): void;
}

/** Applies a profile and waits until its custom resources are served and its deployments are ready. Safe to run again. */
export async function installProfile(
  { profile, version }: { readonly profile: ProfileName; readonly version: IstioVersion },
  options: InstallOptions,
): Promise<void> {
  await applyManifests([istioNamespace], options);
  const install = async ({ component, objects }: ComponentManifest) => {
    await applyManifests(objects, options);
    options.onComponent?.(component);
  };
  const gates = gatesFor(version);
  const settings = installSettings(operatorSpec(gates, { profile }), gates);
  const components = manifestsFor(settings, { isDefault: true });
  const isGateway = ({ component }: ComponentManifest) => component.endsWith("Gateways");
  for (const component of components.filter((one) => !isGateway(one))) await install(component);
  // Gateways wait for istiod, not for each other.
  await Promise.all(components.filter(isGateway).map(install));
}

/**
 * Server-side apply of each object in turn, then waits for what was applied: definitions Established, deployments ready.
 * Throws the server's refusal, or InstallTimeout naming what is not ready.
 */
export async function applyManifests(objects: readonly KubeObject[], options: InstallOptions): Promise<void> {
  // Accounts, roles and definitions do not depend on each other; workloads come last and name all of them.
  const last = objects.filter(({ kind }) => kind === "Deployment" || kind.endsWith("WebhookConfiguration"));
  const first = objects.filter((object) => !last.includes(object));
  await Promise.all(first.map((object) => apply(object, options)));
  await Promise.all(last.map((object) => apply(object, options)));
  const waiting = objects.filter(({ kind }) => kind === "CustomResourceDefinition" || kind === "Deployment");
  await waitUntilReady(waiting, options);
}

async function apply(object: KubeObject, { transport, signal }: InstallOptions): Promise<void> {
  await transport.request({
    method: "PATCH",
    path: objectPath(object),
    query: { fieldManager: FIELD_MANAGER, force: "true" },
    contentType: "application/apply-patch+yaml",
    body: object,
    userAgent: FIELD_MANAGER,
    ...(signal ? { signal } : {}),
  });
}

export class InstallTimeout extends Error {
  override readonly name = "InstallTimeout";

  constructor(readonly pending: readonly string[]) {
    super(`resources not ready after ${INSTALL_TIMEOUT_MS / 60_000}m0s: ${pending.join(", ")}`);
  }
}

async function waitUntilReady(objects: readonly KubeObject[], options: InstallOptions): Promise<void> {
  const { transport, clock, signal } = options;
  const deadline = clock.now() + INSTALL_TIMEOUT_MS;
  let pending = [...objects];
  while (pending.length > 0) {
    signal?.throwIfAborted();
    const ready = await Promise.all(pending.map((object) => isReady(object, transport)));
    pending = pending.filter((_, index) => !ready[index]);
    if (pending.length === 0) return;
    if (clock.now() > deadline) throw new InstallTimeout(pending.map(displayName));
    await clock.sleep(INSTALL_POLL_MS, signal);
  }
}

function displayName({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

async function isReady(object: KubeObject, transport: Transport): Promise<boolean> {
  try {
    const current = await transport.request({ method: "GET", path: objectPath(object) });
    return "status" in current && statusSaysReady(current);
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

interface ReadinessStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
}

function statusSaysReady(object: KubeObject | { readonly kind: string; readonly status?: unknown }): boolean {
  // The edge of the API: status has been validated by the server that sent it.
  const status = (object as { readonly status?: ReadinessStatus }).status;
  if (!status) return false;
  if (object.kind === "CustomResourceDefinition")
    return (
      status.conditions?.some(({ type, status: value }) => type === "Established" && value === "True") ??
      false
    );
  const generation = "metadata" in object ? (object as KubeObject).metadata.generation : undefined;
  const observed = generation === undefined || (status.observedGeneration ?? 0) >= generation;
  const replicas = status.replicas ?? 0;
  return observed && replicas > 0 && status.readyReplicas === replicas && status.updatedReplicas === replicas;
}
