/** Bounds of what a page may read. Every answer crosses two sockets and is drawn by a browser. */
export const limits = {
  /** Below the 10 s after which a page gives up. */
  answerMs: 8_000,
  /** kubectl talks to the API server several times for one manifest. */
  kubectlMs: 9_000,
  kubectlOutput: 200_000,
  seriesShown: 400,
  pointsShown: 60_000,
  names: 5_000,
  values: 1_000,
  /** Rows of all kinds together. */
  objects: 6_000,
  events: 500,
  /** Followed kinds are let go when nobody has asked for this long. */
  followMs: 60_000,
  yamlCharacters: 400_000,
  logLines: 2_000,
  logLineCharacters: 8_000,
  /** A connection of the host may have 6 MiB waiting, terminals included. */
  dumpCharacters: 4 * 1024 * 1024,
  files: 2_000,
  folderDepth: 8,
  fileBytes: 300_000,
  spans: 5_000,
  tagsPerSpan: 64,
  logsPerSpan: 64,
  textPerTag: 2_000,
} as const;
