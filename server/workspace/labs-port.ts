import type { MeshGraph, MeshGraphRequest, StepConditions } from "../contracts/index.ts";
import type { LabPreparation } from "./preparation/index.ts";

/** What the host asks of the labs, the checks and the graph. main.ts joins it to the platform's parts. */
export interface LabsPort {
  /** Undefined: there is no such lab. */
  preparation(lab: string): Promise<LabPreparation | undefined>;
  check(step: StepRef): Promise<StepConditions>;
  /** Evaluates on every change of the cluster until stopped; `changed` gets each new result. */
  watch(step: StepRef, changed: (conditions: StepConditions) => void): { stop(): void };
  graph(request: MeshGraphRequest): Promise<MeshGraph>;
  stop(): void;
}

export interface StepRef {
  readonly lab: string;
  readonly step: string;
}
