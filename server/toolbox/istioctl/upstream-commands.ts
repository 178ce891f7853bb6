/**
 * Commands that upstream's istioctl 1.21 has and this one has not: typing one is no mistake of the learner, and is told
 * apart from a word that no istioctl knows.
 */
const ONLY_UPSTREAM: Readonly<Record<string, readonly string[]>> = {
  istioctl: [...["bug-report", "create-remote-secret"], ...["operator", "options"], ...["remote-clusters"]],
  "istioctl experimental": [
    ...["config", "envoy-stats", "es", "internal-debug"],
    ...["revision", "version", "wait", "waypoint", "workload", "ztunnel-config", "zc"],
  ],
  "istioctl completion": ["powershell"],
  "istioctl proxy-config": ["eds", "envoy-stats", "es"],
};

/** `istioctl analyze` when that is a command upstream only; undefined for everything else. */
export function upstreamOnly(parents: string, word: string | undefined): string | undefined {
  return word !== undefined && ONLY_UPSTREAM[parents]?.includes(word) ? `${parents} ${word}` : undefined;
}
