import { setTimeout as sleep } from "node:timers/promises";
import { isKubeError, type OpenKubeCluster, openKubeCluster } from "../../platform/kube/index.ts";
import { REAL_CLUSTER_LOOK_MS, REAL_CLUSTER_RETRY_MS } from "../limits.ts";
import type { ClusterPhase } from "../status.ts";

export interface RealClusterOptions {
  readonly kubeconfig: string;
  readonly context: string | undefined;
  /** As the learner knows it. */
  readonly name: string;
}

export interface RealClusterEvents {
  phase(phase: ClusterPhase): void;
  /** It answers, for the first time or again. */
  ready(): Promise<void>;
}

/** Looks now and then whether somebody else's cluster answers. Changes nothing in it. */
export class RealCluster {
  private readonly ending = new AbortController();

  constructor(
    private readonly options: RealClusterOptions,
    private readonly events: RealClusterEvents,
  ) {}

  /** Resolves when stopped. */
  async run(): Promise<void> {
    const { name } = this.options;
    this.events.phase({ phase: "starting", detail: `Reaching the real cluster ${name} …` });
    let failures = 0;
    let answered = false;
    while (!this.ending.signal.aborted) {
      const problem = await this.look();
      if (this.ending.signal.aborted) return;
      if (problem === undefined) {
        if (!answered) await this.events.ready();
        answered = true;
        failures = 0;
      } else {
        answered = false;
        failures++;
        const detail = `The real cluster ${name} does not answer (${problem}). Looking again until it does.`;
        this.events.phase({ phase: "recovering", detail });
      }
      const last = REAL_CLUSTER_RETRY_MS.length - 1;
      const pause = answered ? REAL_CLUSTER_LOOK_MS : REAL_CLUSTER_RETRY_MS[Math.min(failures - 1, last)];
      await sleep(pause, undefined, { signal: this.ending.signal }).catch((error: unknown) => {
        if (!this.ending.signal.aborted) throw error;
      });
    }
  }

  stop(): void {
    this.ending.abort();
  }

  /** Undefined: it answers. Opened anew each time, so that a file with a newer token or address counts. */
  private async look(): Promise<string | undefined> {
    const { kubeconfig, context } = this.options;
    let cluster: OpenKubeCluster | undefined;
    try {
      cluster = await openKubeCluster({ kubeconfig, context });
      const namespaces = { group: "", version: "v1", resource: "namespaces" };
      await cluster.get(namespaces, { name: "default" }, this.ending.signal);
      return undefined;
    } catch (error) {
      const answers = isKubeError(error) && ["Forbidden", "NotFound"].includes(error.reason);
      return answers ? undefined : error instanceof Error ? error.message : String(error);
    } finally {
      cluster?.close();
    }
  }
}
