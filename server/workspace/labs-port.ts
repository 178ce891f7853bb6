import type { MeshGraph, MeshGraphRequest, StepConditions } from "../contracts/index.ts";
import type { KubeCluster } from "../platform/kube/index.ts";
import type { LabPreparation } from "./preparation/index.ts";
import type { Timeline } from "./timeline/index.ts";

/** What the host asks of the labs, the checks and the graph. labs.ts joins it to the platform's parts. */
export interface LabsPort {
  /** Undefined: there is no such lab. */
  preparation(lab: string): Promise<LabPreparation | undefined>;
  /** The solutions by step, in the lab's order. Undefined: there is no such lab. */
  solutions(lab: string): Promise<readonly StepSolution[] | undefined>;
  /** Evaluates now. A cluster that is away makes conditions "unknown", not an error. */
  check(step: StepRef): Promise<StepConditions>;
  /** Evaluates this step, and no other, on every change of the cluster. Answers with what is known at once. */
  watch(step: StepRef): Promise<StepConditions>;
  graph(request: MeshGraphRequest): Promise<MeshGraph>;
  /** The open way to the cluster, and the signal that ends with it. Refuses while it cannot be reached. */
  cluster(): Promise<{ readonly cluster: KubeCluster; readonly life: AbortSignal }>;
  /** What the learner changed in it; looks from the first question on. */
  timeline(): Promise<Timeline>;
  /** The cluster was (re)started: whatever was open to it is opened anew. */
  clusterReady(): void;
  stop(): void;
}

export interface StepSolution {
  readonly step: string;
  readonly title: string;
  readonly commands: readonly string[];
}

export interface StepRef {
  readonly lab: string;
  readonly step: string;
  /** In which its conditions speak. */
  readonly language?: string | undefined;
}
