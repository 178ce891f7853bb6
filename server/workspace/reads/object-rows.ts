import { z } from "zod";
import type { EventRow, ObjectRow } from "../../contracts/index.ts";
import type { KubeObject } from "../../platform/kube/index.ts";
import { apiVersionOf, type FollowedKind } from "./kinds.ts";
import { podSummary, type Summary } from "./pod-summary.ts";

const numbers = z.object({
  spec: z.looseObject({ replicas: z.number().optional(), suspend: z.boolean().optional() }).default({}),
  status: z
    .looseObject({
      replicas: z.number().optional(),
      readyReplicas: z.number().optional(),
      desiredNumberScheduled: z.number().optional(),
      numberReady: z.number().optional(),
      succeeded: z.number().optional(),
      failed: z.number().optional(),
      phase: z.string().optional(),
      conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).optional(),
    })
    .default({}),
});
const service = z.object({
  spec: z.object({
    type: z.string().default("ClusterIP"),
    ports: z.array(z.object({ port: z.number(), protocol: z.string().optional() })).default([]),
  }),
});
const istio = z.object({
  spec: z
    .looseObject({
      hosts: z.array(z.string()).optional(),
      hostnames: z.array(z.string()).optional(),
      host: z.string().optional(),
      action: z.string().optional(),
      mtls: z.looseObject({ mode: z.string().optional() }).optional(),
      servers: z.array(z.looseObject({ hosts: z.array(z.string()).default([]) })).optional(),
    })
    .default({}),
});

export function objectRow(object: KubeObject, followed: FollowedKind): ObjectRow {
  const { metadata } = object;
  const { containers, ...summary } = summarize(object, followed.kind);
  return {
    uid: metadata.uid ?? `${followed.kind}/${metadata.namespace ?? ""}/${metadata.name}`,
    apiVersion: apiVersionOf(followed),
    kind: followed.kind,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    name: metadata.name,
    ...(metadata.creationTimestamp === undefined ? {} : { created: metadata.creationTimestamp }),
    ...(metadata.resourceVersion === undefined ? {} : { resourceVersion: metadata.resourceVersion }),
    ...summary,
    summary: summary.summary.slice(0, 300),
    labels: { ...metadata.labels },
    ...(containers ? { containers } : {}),
  };
}

function summarize(object: KubeObject, kind: string): Summary & { containers?: string[] } {
  if (kind === "Pod") return podSummary(object);
  if (object.metadata.deletionTimestamp !== undefined) return { summary: "Terminating", tone: "busy" };
  switch (kind) {
    case "Deployment":
    case "StatefulSet":
    case "DaemonSet":
      return replicas(object);
    case "Job":
    case "CronJob":
      return job(object);
    case "Namespace":
      return namespace(object);
    case "Node":
      return node(object);
    case "Service": {
      const { data } = service.safeParse(object);
      const ports = (data?.spec.ports ?? []).map(({ port, protocol }) => `${port}/${protocol ?? "TCP"}`);
      return {
        summary: [data?.spec.type ?? "", ports.join(", ")].filter(Boolean).join(" · "),
        tone: "quiet",
      };
    }
    default:
      return { summary: istioWords(object, kind), tone: "quiet" };
  }
}

function replicas(object: KubeObject): Summary {
  const { data } = numbers.safeParse(object);
  const wanted = data?.spec.replicas ?? data?.status.desiredNumberScheduled ?? 1;
  const ready = data?.status.readyReplicas ?? data?.status.numberReady ?? 0;
  return {
    summary: `${ready}/${wanted} ready`,
    tone: ready >= wanted ? (wanted === 0 ? "quiet" : "good") : "busy",
  };
}

function job(object: KubeObject): Summary {
  const { data } = numbers.safeParse(object);
  if ((data?.status.failed ?? 0) > 0) return { summary: "failed", tone: "bad" };
  if ((data?.status.succeeded ?? 0) > 0) return { summary: "complete", tone: "good" };
  return { summary: data?.spec.suspend ? "suspended" : "", tone: "quiet" };
}

function namespace({ metadata, ...rest }: KubeObject): Summary {
  const phase = numbers.safeParse(rest).data?.status.phase ?? "Active";
  const injection = metadata.labels?.["istio-injection"];
  const revision = metadata.labels?.["istio.io/rev"];
  const words =
    injection !== undefined
      ? `sidecar injection ${injection}`
      : revision !== undefined
        ? `sidecar injection by revision ${revision}`
        : "";
  return { summary: [phase, words].filter(Boolean).join(" · "), tone: phase === "Active" ? "good" : "busy" };
}

function node(object: KubeObject): Summary {
  const conditions = numbers.safeParse(object).data?.status.conditions ?? [];
  const ready = conditions.some(({ type, status }) => type === "Ready" && status === "True");
  return ready ? { summary: "Ready", tone: "good" } : { summary: "NotReady", tone: "bad" };
}

function istioWords(object: KubeObject, kind: string): string {
  const spec = istio.safeParse(object).data?.spec ?? {};
  if (kind === "PeerAuthentication") return spec.mtls?.mode ?? "UNSET";
  if (kind === "AuthorizationPolicy") return spec.action ?? "ALLOW";
  const hosts =
    spec.hosts ??
    spec.hostnames ??
    spec.servers?.flatMap((server) => server.hosts) ??
    (spec.host ? [spec.host] : []);
  return [...new Set(hosts)].slice(0, 5).join(", ");
}

const event = z.object({
  type: z.string().default("Normal"),
  reason: z.string().default(""),
  message: z.string().default(""),
  count: z.number().nullish(),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  involvedObject: z
    .object({ kind: z.string().default(""), name: z.string().default("") })
    .default({ kind: "", name: "" }),
});

export function eventRow(object: KubeObject): EventRow {
  const data = event.safeParse(object).data;
  const { metadata } = object;
  return {
    uid: metadata.uid ?? metadata.name,
    type: data?.type ?? "Normal",
    reason: (data?.reason ?? "").slice(0, 120),
    message: (data?.message ?? "").slice(0, 1_000),
    about: data ? `${data.involvedObject.kind}/${data.involvedObject.name}` : metadata.name,
    namespace: metadata.namespace ?? "",
    count: data?.count ?? 1,
    lastSeen: data?.lastTimestamp ?? data?.eventTime ?? metadata.creationTimestamp ?? "",
  };
}
