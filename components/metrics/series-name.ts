/** As Prometheus writes a series: name{label="value", …}; `{}` when it has neither. */
export function seriesName(labels: Readonly<Record<string, string>>): string {
  const { __name__: name = "", ...rest } = labels;
  const parts = Object.entries(rest)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}="${value}"`);
  return parts.length === 0 ? name || "{}" : `${name}{${parts.join(", ")}}`;
}
