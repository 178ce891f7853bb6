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

export const graphNode = z.strictObject({
  /** Stable between refreshes. */
  id: z.string(),
  kind: z.enum(["workload", "service", "gateway", "unknown", "external"]),
  name: z.string(),
  namespace: z.string().optional(),
  app: z.string().optional(),
  version: z.string().optional(),
  sidecar: z.enum(["present", "missing", "not-applicable"]),
  health: z.enum(["healthy", "degraded", "failing", "idle"]),
  /** Pods ready / wanted, for workloads. */
  pods: z.strictObject({ ready: z.number(), total: z.number() }).optional(),
  reason: mtlsReason.optional(),
});
export type GraphNode = z.infer<typeof graphNode>;

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
});
export type MeshGraphRequest = z.infer<typeof meshGraphRequest>;
