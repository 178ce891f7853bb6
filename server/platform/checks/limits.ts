/** Bounds of checking. A condition that meets one is "unknown" with the reason, never "failed". */
export const limits = {
  /** Between a change in the cluster and the evaluation: bursts (a rollout) become one evaluation. */
  debounceMs: 100,
  /** What no watch tells of (traffic, proxies, files) is looked at again and again. */
  pollMs: 2_000,
  /** … sooner right after a change: istiod waits 100 ms for more, then pushes. */
  pollAfterChangeMs: [200, 400, 800],
  /** … and less often what has passed or is watched. */
  pollCalmMs: 8_000,
  conditionMs: 12_000,
  commandMs: 10_000,
  /** Between SIGTERM and SIGKILL of a command that ran too long. */
  commandGraceMs: 500,
  commandOutputBytes: 1024 * 1024,
  curlSeconds: 5,
  /** Of a command's output, what a learner is shown. */
  evidenceChars: 1_500,
  actualChars: 300,
  /** Traffic that counts for mtls conditions. Two scrapes of a real cluster's Prometheus have to fit in. */
  trafficWindowSeconds: 30,
  /** Of near misses (an object in another namespace), how many are named. */
  nearMisses: 3,
  jsonDepth: 64,
  /** Of a log, the last lines that a log condition looks through. */
  logLines: 500,
} as const;
