import type { Range } from "./value.ts";

interface Window {
  readonly from: number;
  readonly to: number;
}

type RangeFunction = (points: readonly number[], window: Window) => number | undefined;

const count = (points: readonly number[]) => points.length / 2;
const time = (points: readonly number[], i: number) => points[i * 2] ?? Number.NaN;
const value = (points: readonly number[], i: number) => points[i * 2 + 1] ?? Number.NaN;
const values = (points: readonly number[]) => points.filter((_, i) => i % 2 === 1);

/** Follows promql/functions.go extrapolatedRate: the change seen, stretched to the window's edges but not below zero. */
function extrapolated(
  points: readonly number[],
  window: Window,
  kind: { counter: boolean; perSecond: boolean },
): number | undefined {
  const n = count(points);
  if (n < 2) return undefined;
  const first = value(points, 0);
  let change = value(points, n - 1) - first;
  if (kind.counter) {
    for (let i = 1; i < n; i++) if (value(points, i) < value(points, i - 1)) change += value(points, i - 1);
  }
  let toStart = (time(points, 0) - window.from) / 1000;
  const toEnd = (window.to - time(points, n - 1)) / 1000;
  const sampled = (time(points, n - 1) - time(points, 0)) / 1000;
  const average = sampled / (n - 1);
  if (kind.counter && change > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / change));
  const threshold = average * 1.1;
  const stretched =
    sampled + (toStart < threshold ? toStart : average / 2) + (toEnd < threshold ? toEnd : average / 2);
  const factor = stretched / sampled / (kind.perSecond ? (window.to - window.from) / 1000 : 1);
  return change * factor;
}

function instant(
  points: readonly number[],
  kind: { counter: boolean; perSecond: boolean },
): number | undefined {
  const n = count(points);
  if (n < 2) return undefined;
  const last = value(points, n - 1);
  const before = value(points, n - 2);
  const change = kind.counter && last < before ? last : last - before;
  return kind.perSecond ? change / ((time(points, n - 1) - time(points, n - 2)) / 1000) : change;
}

/** Least squares over time in seconds, origin at `at`. */
function regression(points: readonly number[], at: number): { slope: number; intercept: number } | undefined {
  const n = count(points);
  if (n < 2) return undefined;
  let sumX = 0;
  let sumY = 0;
  let sumXY = 0;
  let sumXX = 0;
  for (let i = 0; i < n; i++) {
    const x = (time(points, i) - at) / 1000;
    const y = value(points, i);
    sumX += x;
    sumY += y;
    sumXY += x * y;
    sumXX += x * x;
  }
  const slope = (sumXY - (sumX * sumY) / n) / (sumXX - (sumX * sumX) / n);
  return { slope, intercept: sumY / n - (slope * sumX) / n };
}

function variance(points: readonly number[]): number {
  const all = values(points);
  const mean = sum(all) / all.length;
  return sum(all.map((one) => (one - mean) ** 2)) / all.length;
}

const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);

function extreme(points: readonly number[], better: (one: number, best: number) => boolean): number {
  let best = value(points, 0);
  for (let i = 1; i < count(points); i++) {
    const one = value(points, i);
    if (better(one, best) || Number.isNaN(best)) best = one;
  }
  return best;
}

function steps(points: readonly number[], counts: (now: number, before: number) => boolean): number {
  let total = 0;
  for (let i = 1; i < count(points); i++) if (counts(value(points, i), value(points, i - 1))) total += 1;
  return total;
}

export const RANGE_FUNCTIONS: Readonly<Record<string, RangeFunction>> = {
  rate: (points, window) => extrapolated(points, window, { counter: true, perSecond: true }),
  increase: (points, window) => extrapolated(points, window, { counter: true, perSecond: false }),
  delta: (points, window) => extrapolated(points, window, { counter: false, perSecond: false }),
  irate: (points) => instant(points, { counter: true, perSecond: true }),
  idelta: (points) => instant(points, { counter: false, perSecond: false }),
  deriv: (points) => regression(points, time(points, 0))?.slope,
  changes: (points) => steps(points, (now, before) => now !== before),
  resets: (points) => steps(points, (now, before) => now < before),
  avg_over_time: (points) => sum(values(points)) / count(points),
  sum_over_time: (points) => sum(values(points)),
  count_over_time: (points) => count(points),
  min_over_time: (points) => extreme(points, (one, best) => one < best),
  max_over_time: (points) => extreme(points, (one, best) => one > best),
  last_over_time: (points) => value(points, count(points) - 1),
  present_over_time: () => 1,
  stddev_over_time: (points) => Math.sqrt(variance(points)),
  stdvar_over_time: (points) => variance(points),
  mad_over_time: (points) => {
    const all = values(points);
    const middle = quantile(0.5, all);
    return quantile(
      0.5,
      all.map((one) => Math.abs(one - middle)),
    );
  },
};

/** Functions that keep the metric's name. */
export const KEEPS_NAME = new Set(["last_over_time"]);

export function applyRange(name: string, range: Range, window: Window): number | undefined {
  return range.points.length === 0 ? undefined : RANGE_FUNCTIONS[name]?.(range.points, window);
}

export function predict(range: Range, at: number, seconds: number): number | undefined {
  const line = regression(range.points, at);
  return line && line.intercept + line.slope * seconds;
}

export function quantile(q: number, all: readonly number[]): number {
  if (all.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const sorted = [...all].sort((a, b) => a - b);
  const rank = q * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? Number.NaN;
  const high = sorted[Math.min(sorted.length - 1, Math.floor(rank) + 1)] ?? Number.NaN;
  return low + (high - low) * (rank - Math.floor(rank));
}
