import type { Isolation } from "../../../workspace/index.ts";

/** What stands around a workspace host: its process, its practice cluster and whatever they start. */
export interface Wall {
  readonly isolation: Isolation;
  /** Prepares the workspace's folder and tells how a host is started and found in it. */
  room(workspace: string, dir: string): HostRoom;
}

export interface HostRoom {
  /** Where web finds the host's socket. */
  readonly socketPath: string;
  /** How the host itself calls that socket. */
  readonly hostSocketPath: string;
  /** The user that the host and its files belong to; undefined: our own. */
  readonly uid: number | undefined;
  /** What the host must know of where it is. */
  readonly hostArguments: readonly string[];
  /** What is typed to start these words behind the wall. */
  command(words: readonly string[]): HostCommand;
}

export interface HostCommand {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}
