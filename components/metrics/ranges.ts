export const ranges = [
  { value: "300", label: "5 min" },
  { value: "900", label: "15 min" },
  { value: "1800", label: "30 min" },
  { value: "3600", label: "1 h" },
] as const;

/** About 250 points: what Prometheus' own page asks for, and more than a pane has pixels for. */
export const stepOf = (seconds: number): number => Math.max(1, Math.floor(seconds / 250));
