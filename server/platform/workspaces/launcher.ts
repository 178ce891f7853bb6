/** How to reach a running workspace host. */
export interface HostAddress {
  readonly socketPath: string;
  readonly token: string;
  readonly pid: number;
}

/** Starts and finds workspaces. `local` runs plain processes; others may sandbox them or ask Kubernetes for Pods. */
export interface WorkspaceLauncher {
  /** Finds the workspace's host, or starts one. Resolves when something listens at the address. */
  ensure(workspace: string): Promise<HostAddress>;
  /** Workspaces whose host is running now, also those that another web process has started. */
  running(): Promise<string[]>;
  /** The running host's process on this machine; undefined: none runs. */
  pid(workspace: string): number | undefined;
  /** Ends the host and everything in it. Harmless when there is none. */
  stop(workspace: string): Promise<void>;
  /** Ends it and deletes its home and its cluster. */
  discard(workspace: string): Promise<void>;
}
