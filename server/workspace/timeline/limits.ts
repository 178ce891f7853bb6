/** Bounds of what is remembered of a learner's changes. At a bound the oldest goes. */
export const limits = {
  ticks: 200,
  /** Pods that are gone, for pictures of the past. */
  gonePods: 500,
  /** Of one object, written out. */
  yamlCharacters: 100_000,
  /** Written into one file before a cluster is thrown away; the rest is only named. */
  keptObjects: 200,
} as const;
