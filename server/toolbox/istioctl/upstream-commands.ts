import { atLeast } from "./release.ts";

interface OnlyUpstream {
  readonly word: string;
  /** The first release with it; absent: all that are practised. */
  readonly since?: string;
  /** The first release without it. */
  readonly before?: string;
}

const all = (...words: string[]): OnlyUpstream[] => words.map((word) => ({ word }));

/**
 * Commands that upstream's istioctl has and this one has not: typing one is no mistake of the learner, and is told apart
 * from a word that no istioctl knows (istioctl/cmd/root.go of both releases).
 */
const ONLY_UPSTREAM: Readonly<Record<string, readonly OnlyUpstream[]>> = {
  istioctl: [
    ...all("create-remote-secret"),
    { word: "operator", before: "1.24" },
    ...["waypoint", "ztunnel-config", "zc"].map((word) => ({ word, since: "1.24" })),
  ],
  "istioctl experimental": [...all("workload"), { word: "waypoint", before: "1.24" }],
  "istioctl completion": all("powershell"),
  "istioctl proxy-config": [
    ...all("eds"),
    { word: "workload", before: "1.24" },
    { word: "workloads", before: "1.24" },
  ],
};

/** `istioctl analyze` when that is a command upstream only; undefined for everything else. */
export function upstreamOnly(parents: string, word: string | undefined, release: string): string | undefined {
  const found = ONLY_UPSTREAM[parents]?.find((one) => one.word === word);
  if (!found) return undefined;
  if (found.since && !atLeast(release, found.since)) return undefined;
  if (found.before && atLeast(release, found.before)) return undefined;
  return `${parents} ${found.word}`;
}
