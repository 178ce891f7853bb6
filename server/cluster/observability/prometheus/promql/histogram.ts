import { keyOf, omit, type Sample } from "./value.ts";

/** One array for all queries: omit remembers by it. */
const BOUND: readonly string[] = ["le"];

interface Bucket {
  readonly bound: number;
  count: number;
}

/** histogram_quantile over classic buckets (promql/quantile.go bucketQuantile): linear inside the bucket that holds the rank. */
export function histogramQuantile(q: number, samples: readonly Sample[]): readonly Sample[] {
  const groups = new Map<string, { sample: Sample; buckets: Bucket[] }>();
  for (const sample of samples) {
    const le = sample.labels.le;
    if (le === undefined) continue;
    const bound = le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le);
    if (Number.isNaN(bound)) continue;
    const labels = omit(sample.labels, BOUND);
    const key = keyOf(labels);
    const group = groups.get(key) ?? { sample: { labels, value: 0 }, buckets: [] };
    group.buckets.push({ bound, count: sample.value });
    groups.set(key, group);
  }
  return [...groups.values()].map(({ sample, buckets }) => ({
    labels: sample.labels,
    value: bucketQuantile(q, buckets),
  }));
}

function bucketQuantile(q: number, unsorted: readonly Bucket[]): number {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const buckets = unsorted.map((one) => ({ ...one })).sort((a, b) => a.bound - b.bound);
  const last = buckets.at(-1);
  if (!last || last.bound !== Number.POSITIVE_INFINITY || buckets.length < 2) return Number.NaN;
  let most = 0;
  for (const bucket of buckets) {
    most = Math.max(most, bucket.count);
    bucket.count = most; // scrapes are not atomic: counts must not fall
  }
  if (last.count === 0) return Number.NaN;
  const rank = q * last.count;
  const at = buckets.findIndex((bucket) => bucket.count >= rank);
  if (at === buckets.length - 1) return buckets.at(-2)?.bound ?? Number.NaN;
  const bucket = buckets[at];
  if (!bucket) return Number.NaN;
  if (at === 0 && bucket.bound <= 0) return bucket.bound;
  const before = buckets[at - 1];
  const start = before?.bound ?? 0;
  const below = before?.count ?? 0;
  return start + (bucket.bound - start) * ((rank - below) / (bucket.count - below));
}
