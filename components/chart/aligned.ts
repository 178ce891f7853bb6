export interface ChartLine {
  readonly name: string;
  /** Seconds since the epoch and a value; NaN is a gap. In order. */
  readonly points: readonly (readonly [number, number])[];
}

/** One row of times, and one row of values per line; a line that has none at a time has a gap there. */
export function aligned(lines: readonly ChartLine[]): [number[], ...(number | null)[][]] {
  const times = [...new Set(lines.flatMap(({ points }) => points.map(([time]) => time)))].sort(
    (a, b) => a - b,
  );
  const place = new Map(times.map((time, index) => [time, index]));
  const rows = lines.map(({ points }) => {
    const row: (number | null)[] = new Array(times.length).fill(null);
    for (const [time, value] of points) row[place.get(time) ?? 0] = Number.isFinite(value) ? value : null;
    return row;
  });
  return [times, ...rows];
}
