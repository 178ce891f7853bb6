import type { MeshGraph, MeshGraphRequest } from "../../contracts/index.ts";
import type { KubeCluster } from "../kube/index.ts";

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandRequest {
  /** A bash script. */
  readonly command: string;
  readonly signal: AbortSignal;
}

/** Runs a command where the learner works: their folder, their environment, our tools first on the PATH. */
export type RunCommand = (request: CommandRequest) => Promise<CommandResult>;

/** What probes may ask. */
export interface ProbeContext {
  readonly cluster: KubeCluster;
  /** The learner's shell variables that say where the gateway is. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly runCommand: RunCommand;
  readonly graph: (request: MeshGraphRequest) => Promise<MeshGraph>;
  readonly signal: AbortSignal;
}
