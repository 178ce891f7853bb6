import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type ComponentManifest, objectPath } from "../../../cluster/istio/install/index.ts";
import { getJson } from "../../kube/client.ts";
import type { KubeAccess } from "../../kube/kubeconfig.ts";
import { READY_POLL_MS } from "./limits.ts";
import { getObject } from "./objects.ts";

type Objects = ComponentManifest["objects"];

export interface WaitOptions {
  readonly timeoutMs: number;
  waiting(resources: readonly string[]): void;
}

const status = z
  .object({
    observedGeneration: z.number().default(0),
    replicas: z.number().default(0),
    readyReplicas: z.number().default(0),
    updatedReplicas: z.number().default(0),
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
  })
  .prefault({});
const deployment = z.object({
  metadata: z.object({ generation: z.number().default(0) }),
  spec: z.object({
    replicas: z.number().default(1),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()).default({}) }),
  }),
  status,
});

/** Waits until definitions are served and deployments have their replicas; rejects with what is not ready by then. */
export async function waitForObjects(
  access: KubeAccess,
  objects: Objects,
  options: WaitOptions,
): Promise<void> {
  const deadline = performance.now() + options.timeoutMs;
  let pending = objects.filter(({ kind }) => kind === "CustomResourceDefinition" || kind === "Deployment");
  while (pending.length > 0) {
    const ready = await Promise.all(pending.map((one) => isReady(access, objectPath(one))));
    pending = pending.filter((_, index) => !ready[index]);
    if (pending.length === 0) return;
    const deployments = pending.filter(({ kind }) => kind === "Deployment");
    if (deployments.length > 0) options.waiting(deployments.map(shown));
    if (performance.now() > deadline) throw await timeout(access, pending, options.timeoutMs);
    await sleep(READY_POLL_MS);
  }
}

const shown = ({ kind, metadata }: Objects[number]) =>
  `${kind}/${metadata.namespace ?? ""}/${metadata.name ?? ""}`;

async function isReady(access: KubeAccess, path: string): Promise<boolean> {
  const found = await getObject(access, path);
  if (!found) return false;
  if (found.kind === "CustomResourceDefinition")
    return status
      .parse(found.status)
      .conditions.some(({ type, status: is }) => type === "Established" && is === "True");
  const { metadata, spec, status: now } = deployment.parse(found);
  // Ready pods of an older template do not count, as upstream looks at the newest ReplicaSet: so there must be none left.
  const current = now.observedGeneration >= metadata.generation && now.replicas === now.updatedReplicas;
  return current && now.updatedReplicas >= spec.replicas && now.readyReplicas >= spec.replicas;
}

async function timeout(access: KubeAccess, pending: Objects, timeoutMs: number): Promise<Error> {
  const lines = await Promise.all(
    pending.map(async (one) => {
      const why = one.kind === "Deployment" ? await podFailure(access, one) : "";
      return why ? `  ${shown(one)} (${why})` : "  ";
    }),
  );
  return new Error(
    `resources not ready after ${goDuration(timeoutMs)}: context deadline exceeded\n${lines.join("\n")}`,
  );
}

const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ creationTimestamp: z.string().default("") }),
      status: z
        .object({
          conditions: z
            .array(z.object({ type: z.string(), status: z.string(), message: z.string().default("") }))
            .default([]),
          containerStatuses: z
            .array(
              z.object({
                state: z
                  .object({
                    waiting: z
                      .object({ reason: z.string().default(""), message: z.string().default("") })
                      .optional(),
                  })
                  .prefault({}),
              }),
            )
            .default([]),
        })
        .prefault({}),
    }),
  ),
});

/** Why the newest pod that says so is not ready (operator/pkg/helmreconciler extractPodFailureReason). */
async function podFailure(access: KubeAccess, { metadata, spec }: Objects[number]): Promise<string> {
  const { selector } = deployment.shape.spec.parse(spec);
  const labelSelector = Object.entries(selector.matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const path = `/api/v1/namespaces/${metadata.namespace ?? ""}/pods`;
  const { items } = await getJson(access, path, { schema: pods, query: { labelSelector } });
  const newestFirst = items.toSorted((a, b) =>
    a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1,
  );
  for (const { status: now } of newestFirst) {
    const waiting = now.containerStatuses.find(({ state }) => state.waiting)?.state.waiting;
    if (waiting) return `container failed to start: ${waiting.reason}: ${waiting.message}`;
    const unready = now.conditions.find(({ type, status: is }) => type === "Ready" && is === "False");
    if (unready) return unready.message;
  }
  return "";
}

/** A Go duration: 5m0s, 1.5s. */
export function goDuration(ms: number): string {
  const [hours, minutes, seconds] = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    (ms % 60_000) / 1_000,
  ];
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
