/** Label matchers: a string must be equal; a list means any of them. */
export type Matchers = Readonly<Record<string, string | readonly string[]>>;

/** `istio_requests_total{reporter="destination"}` */
export function selector(metric: string, matchers: Matchers = {}): string {
  const parts = Object.entries(matchers).map(([label, value]) =>
    typeof value === "string"
      ? `${label}="${escapeString(value)}"`
      : `${label}=~"${escapeString(value.map(escapeRegex).join("|"))}"`,
  );
  return parts.length === 0 ? metric : `${metric}{${parts.join(",")}}`;
}

/** Per second, averaged over the window. */
export function rate(vector: string, windowSeconds: number): string {
  return `rate(${vector}[${windowSeconds}s])`;
}

export function sumBy(expression: string, labels: readonly string[]): string {
  return `sum by (${labels.join(", ")}) (${expression})`;
}

/** Of a histogram's buckets, by labels. */
export function quantileBy(share: number, buckets: string, labels: readonly string[]): string {
  return `histogram_quantile(${share}, ${sumBy(buckets, ["le", ...labels])})`;
}

/** As a PromQL double-quoted string wants it: Go's escapes. */
function escapeString(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function escapeRegex(value: string): string {
  return value.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
