import type { ClusterIdentity, WorkspaceStatus } from "../contracts/index.ts";
import type { Isolation } from "./sandbox/index.ts";

type Preparation = { readonly detail: string; readonly failed: boolean } | undefined;

export type ClusterPhase =
  | { readonly phase: "waiting" }
  | { readonly phase: "starting"; readonly detail: string }
  | { readonly phase: "ready" }
  | { readonly phase: "recovering"; readonly detail: string }
  | { readonly phase: "failed"; readonly detail: string };

/** One sentence out of what the cluster and the lab's preparation say. Tells listeners only when it changed. */
export class StatusBoard {
  private cluster: ClusterPhase = { phase: "waiting" };
  private preparation: Preparation;
  private current: WorkspaceStatus;

  constructor(
    private identity: ClusterIdentity,
    private readonly isolation: Isolation,
    private readonly changed: (status: WorkspaceStatus) => void,
  ) {
    this.current = this.build();
  }

  get status(): WorkspaceStatus {
    return this.current;
  }

  get clusterPhase(): ClusterPhase {
    return this.cluster;
  }

  setCluster(cluster: ClusterPhase, identity = this.identity): void {
    this.cluster = cluster;
    this.identity = identity;
    this.publish();
  }

  setPreparation(preparation: Preparation): void {
    this.preparation = preparation;
    this.publish();
  }

  private publish(): void {
    const next = this.build();
    const { phase, detail, cluster } = this.current;
    if (phase === next.phase && detail === next.detail && cluster === next.cluster) return;
    this.current = next;
    this.changed(next);
  }

  private build(): WorkspaceStatus {
    return {
      ...this.say(),
      cluster: this.identity,
      isolation: this.isolation,
      since: Date.now(),
    };
  }

  private wordsOf({ kind, name }: ClusterIdentity): string {
    return kind === "practice" ? name : `real cluster ${name}`;
  }

  private say(): Pick<WorkspaceStatus, "phase" | "detail"> {
    const { cluster, preparation } = this;
    switch (cluster.phase) {
      case "waiting":
        return { phase: "starting", detail: "The workspace is open; the cluster starts with the first lab." };
      case "starting":
        return { phase: "starting", detail: cluster.detail };
      case "recovering":
        return { phase: "recovering", detail: cluster.detail };
      case "failed":
        return { phase: "failed", detail: cluster.detail };
      case "ready":
        if (!preparation) return { phase: "ready", detail: `The ${this.wordsOf(this.identity)} is ready.` };
        return { phase: preparation.failed ? "failed" : "preparing", detail: preparation.detail };
    }
  }
}
