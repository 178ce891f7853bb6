import { z } from "zod";

const dnsName = z.string().min(1).max(253);
export const namespaceName = z.string().max(63);

export const objectRow = z.strictObject({
  uid: z.string(),
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  /** RFC 3339. */
  created: z.string().optional(),
  resourceVersion: z.string().optional(),
  /** What `kubectl get` would show of it, in a few words, e.g. "2/2 Running". */
  summary: z.string(),
  tone: z.enum(["good", "busy", "bad", "quiet"]),
  labels: z.record(z.string(), z.string()),
  /** Containers of a pod, its init containers included. */
  containers: z.array(z.string()).optional(),
});
export type ObjectRow = z.infer<typeof objectRow>;

export const eventRow = z.strictObject({
  uid: z.string(),
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  /** Kind/name of what it is about. */
  about: z.string(),
  namespace: z.string(),
  count: z.number(),
  /** RFC 3339; empty when the event does not say. */
  lastSeen: z.string(),
});
export type EventRow = z.infer<typeof eventRow>;

/** `known`: the revision of the last answer; the same one means that nothing changed since. */
export const objectsListRequest = z.strictObject({ known: z.string().max(64).optional() });
export const objectsListAnswer = z.discriminatedUnion("changed", [
  z.strictObject({ changed: z.literal(false) }),
  z.strictObject({
    changed: z.literal(true),
    revision: z.string(),
    rows: z.array(objectRow).max(6_000),
    /** Newest first. */
    events: z.array(eventRow).max(500),
    /** Kinds that are still being read, or cannot be. */
    warnings: z.array(z.string()),
  }),
]);
export type ObjectsList = Extract<z.infer<typeof objectsListAnswer>, { changed: true }>;

export const objectReadRequest = z.strictObject({
  apiVersion: z.string().min(1).max(120),
  kind: z.string().min(1).max(120),
  namespace: namespaceName.optional(),
  name: dnsName,
});
export const objectReadAnswer = z.strictObject({ yaml: z.string(), cut: z.boolean() });

export const logsReadRequest = z.strictObject({
  namespace: namespaceName,
  pod: dnsName,
  container: z.string().min(1).max(63),
  /** The last so many lines. */
  tail: z.number().int().min(1).max(2_000),
  /** The container before the last restart. */
  previous: z.boolean().default(false),
});
export const logLine = z.strictObject({ at: z.string(), text: z.string() });
export type LogLine = z.infer<typeof logLine>;
export const logsReadAnswer = z.strictObject({ lines: z.array(logLine).max(2_000), cut: z.boolean() });

export const envoyDumpRequest = z.strictObject({ namespace: namespaceName, pod: dnsName });
export const envoyDumpAnswer = z.strictObject({
  /** Milliseconds since the epoch. */
  readAt: z.number(),
  /** config_dump with endpoints, as Envoy's admin interface writes it; secrets are left out. */
  dump: z.string(),
});
