import { z } from "zod";

/** Which cluster the learner works on; always shown. */
export const clusterIdentity = z.strictObject({
  kind: z.enum(["practice", "real"]),
  /** "practice cluster", or the kubeconfig context's name. */
  name: z.string(),
  istioVersion: z.string().optional(),
});
export type ClusterIdentity = z.infer<typeof clusterIdentity>;

/** Nobody uses the workspace: it is stopped after so long unless somebody says that they are here. */
export interface IdleNotice {
  readonly stopsInMs: number;
  /** Files and cluster are kept for so long after that. */
  readonly keptDays: number;
}

/** Where a workspace stands. `detail` is one sentence for the learner. */
export const workspaceStatus = z.strictObject({
  phase: z.enum(["starting", "preparing", "ready", "recovering", "failed"]),
  detail: z.string(),
  cluster: clusterIdentity,
  /** Isolation of the learner's shell on this server. */
  isolation: z.enum(["strong", "shared", "none"]),
  /** Milliseconds since the epoch of the last change. */
  since: z.number(),
});
export type WorkspaceStatus = z.infer<typeof workspaceStatus>;
