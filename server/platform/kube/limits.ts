/** Bounds on what the platform asks of a cluster. At a bound the call is refused with a KubeError, never cut short. */
export const limits = {
  /** A single answer that takes longer is of no use to a learner who waits. */
  requestMs: 10_000,
  connectMs: 5_000,
  execMs: 30_000,
  /** A config_dump of a sidecar in a big mesh is some 30 MB; a class works with far less. */
  bodyBytes: 48 * 1024 * 1024,
  execOutputBytes: 48 * 1024 * 1024,
  errorBodyBytes: 64 * 1024,
  /** One watch event is one object; etcd itself stops at 1.5 MB. */
  watchLineBytes: 4 * 1024 * 1024,
  pageSize: 500,
  listItems: 10_000,
  /** The server ends a watch after so long and we go on from where it stood; a dead connection is found by then. */
  watchSeconds: 240,
  watchRetryFirstMs: 250,
  watchRetryMaxMs: 10_000,
  /** One page follows up to some thirty kinds, each by a watch of its own, while checks watch theirs. */
  socketsPerCluster: 96,
  /** What one reading of a log may bring; the API server cuts there. */
  logBytes: 1024 * 1024,
  commandArguments: 64,
  discoveryGroups: 300,
  kubeconfigBytes: 4 * 1024 * 1024,
} as const;
