import { z } from "zod";

/** Four states, told apart by shape and word, not only by colour. */
export const mtlsState = z.enum(["mtls", "mixed", "plaintext", "no-traffic"]);
export type MtlsState = z.infer<typeof mtlsState>;

export const mtlsBadge = z.strictObject({
  state: mtlsState,
  /** Share of requests over mutual TLS in the window, 0-100; absent without traffic. */
  percent: z.number().min(0).max(100).optional(),
});
export type MtlsBadge = z.infer<typeof mtlsBadge>;

/** Why an edge or workload is (not) mutual TLS: the deciding object and its precedence. */
export const mtlsReason = z.strictObject({
  /** Effective mode at the destination. */
  mode: z.enum(["STRICT", "PERMISSIVE", "DISABLE"]),
  /** The PeerAuthentication that decides, e.g. "istio-system/default"; absent: the built-in default. */
  decidedBy: z.string().optional(),
  scope: z.enum(["workload-port", "workload", "namespace", "mesh", "default"]),
  sourceSidecar: z.boolean().optional(),
  destinationSidecar: z.boolean().optional(),
  /** One sentence a learner understands. */
  sentence: z.string(),
});
export type MtlsReason = z.infer<typeof mtlsReason>;

/** What Istio objects do to a node's traffic, as Kiali's badges say it. */
export const nodeBadge = z.enum([
  "virtual-service",
  "request-routing",
  "traffic-shifting",
  "fault-injection",
  "request-timeout",
  "mirroring",
  "circuit-breaker",
]);
export type NodeBadge = z.infer<typeof nodeBadge>;

export const graphNode = z.strictObject({
  /** Stable between refreshes. */
  id: z.string(),
  /** "app" only after a page has put the workloads of an application together. */
  kind: z.enum(["workload", "app", "service", "gateway", "unknown", "external"]),
  name: z.string(),
  namespace: z.string().optional(),
  app: z.string().optional(),
  version: z.string().optional(),
  sidecar: z.enum(["present", "missing", "not-applicable"]),
  health: z.enum(["healthy", "degraded", "failing", "idle"]),
  /** Pods ready / wanted, for workloads. */
  pods: z.strictObject({ ready: z.number(), total: z.number() }).optional(),
  reason: mtlsReason.optional(),
  /** Set by VirtualServices and DestinationRules for the service in front of the node. */
  badges: z.array(nodeBadge).optional(),
  /** The service by which the node is called, "name.namespace". */
  service: z.string().optional(),
});
export type GraphNode = z.infer<typeof graphNode>;

/** Requests that failed in one way. */
export const edgeFailure = z.strictObject({
  /** HTTP status or gRPC code; "0" when there was no answer. */
  code: z.string(),
  /** Envoy's response flags, e.g. "UH"; "-" for none: then the application answered so. */
  flags: z.string(),
  /** Requests per second. */
  rate: z.number().nonnegative(),
});
export type EdgeFailure = z.infer<typeof edgeFailure>;

export const graphEdge = z.strictObject({
  id: z.string(),
  source: z.string(),
  target: z.string(),
  protocol: z.enum(["http", "grpc", "tcp"]),
  /** Requests per second (http, grpc) or bytes per second (tcp) in the window; 0 for an edge drawn from configuration. */
  rate: z.number().nonnegative(),
  errorPercent: z.number().min(0).max(100),
  mtls: mtlsBadge,
  /** "traffic": seen in the window. "configured": allowed by a route, a service or an upstream setting, not seen. */
  origin: z.enum(["traffic", "configured"]),
  reason: mtlsReason.optional(),
  /** The most frequent first. */
  failures: z.array(edgeFailure).max(5).optional(),
  /** Milliseconds, by quantile; when it was asked for and there were requests. */
  responseMs: z.strictObject({ p50: z.number(), p95: z.number(), p99: z.number() }).partial().optional(),
  /** Bytes per second of bodies; when it was asked for. */
  throughput: z.strictObject({ request: z.number(), response: z.number() }).optional(),
});
export type GraphEdge = z.infer<typeof graphEdge>;

export const meshGraph = z.strictObject({
  /** Milliseconds since the epoch. */
  generatedAt: z.number(),
  windowSeconds: z.number(),
  nodes: z.array(graphNode).max(2000),
  edges: z.array(graphEdge).max(6000),
  /** All traffic that sidecars received in the window. */
  mesh: mtlsBadge,
  /** Parts that could not be read, in plain words, e.g. "Prometheus does not answer: …". The rest is still right. */
  warnings: z.array(z.string()),
});
export type MeshGraph = z.infer<typeof meshGraph>;

export const meshGraphRequest = z.strictObject({
  namespaces: z.array(z.string().max(63)).max(50).optional(),
  windowSeconds: z.number().int().min(5).max(1800).default(30),
  /** The window's end in milliseconds since the epoch, to look at earlier traffic; absent: now. */
  at: z.number().int().positive().optional(),
  /** What costs more queries. */
  include: z
    .array(z.enum(["response-time", "throughput"]))
    .max(2)
    .optional(),
});
export type MeshGraphRequest = z.infer<typeof meshGraphRequest>;
