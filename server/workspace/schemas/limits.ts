/** Bounds of what a page learns of the cluster's own schemas. */
export const limits = {
  kinds: 600,
  definitions: 400,
  depth: 40,
  description: 400,
  /** Of one kind's schema with all it refers to; a pod's are some 150,000. */
  characters: 1_500_000,
  answerMs: 8_000,
} as const;
