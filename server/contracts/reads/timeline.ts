import { z } from "zod";

export const tick = z.strictObject({
  id: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  verb: z.enum(["created", "changed", "deleted"]),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  /** The field manager, e.g. "kubectl-client-side-apply"; empty when the server does not tell. */
  by: z.string(),
});
export type Tick = z.infer<typeof tick>;

export const timelineListAnswer = z.strictObject({
  /** Milliseconds since the epoch: what came before is not known. */
  since: z.number(),
  /** Oldest first. */
  ticks: z.array(tick).max(200),
});

export const timelineReadRequest = z.strictObject({ id: z.string().max(20) });
/** YAML without status and what the server writes by itself; empty: there was no such object. */
export const timelineReadAnswer = z.strictObject({ before: z.string(), after: z.string() });
