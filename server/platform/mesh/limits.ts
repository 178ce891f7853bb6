/** Bounds of a graph. What does not fit is left out with a warning that says so; the rest is still right. */
export const limits = {
  /** The wire's own limits stand in contracts/mesh-graph.ts; these stay below them. */
  nodes: 1_500,
  edges: 5_000,
  /** Series in one Prometheus answer; a class's mesh has some hundred. */
  samples: 20_000,
  queryMs: 5_000,
  /** Ways to fail that an edge tells of. */
  failures: 5,
  /** Upstream addresses named in one container's environment. */
  upstreamsPerWorkload: 50,
} as const;
