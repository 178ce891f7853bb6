/** Bounds of proving labs. Beyond one, the lab has failed and the report says where. */
export const limits = {
  /** Of a command's output, the last part is kept. */
  outputChars: 4 * 1024 * 1024,
  /** One command; what takes longer is killed. */
  commandMs: 120_000,
  /** After bash has ended: for what is still in the pipes. */
  lastWordsMs: 100,
  /** A block marked `endless` gets Ctrl-C when it has printed what the lab says; without such words after this time. */
  endlessMs: 3_000,
  /** A command that does not print yet what the lab says is typed again for this long: pushes and rollouts take time. */
  printsWithinMs: 45_000,
  /** Conditions hold this long after a step at the latest: old traffic has to leave a window of half a minute. */
  passesWithinMs: 120_000,
  againMs: 400,
  /** Labs proved at the same time, each with a cluster of its own (some 300 MB). */
  jobs: 8,
  /** Of what a command printed, a report shows this many characters. */
  shownChars: 2_000,
  /** Of a folder that is imported. */
  importFiles: 500,
  importBytes: 10 * 1024 * 1024,
} as const;
