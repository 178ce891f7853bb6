import type { Labels } from "../storage/series.ts";
import { keyOf as labelKey } from "../storage/series-store.ts";

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface Range {
  readonly labels: Labels;
  /** time, value, time, value … in milliseconds. */
  readonly points: readonly number[];
}

export type Value =
  | { readonly type: "scalar"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "vector"; readonly samples: readonly Sample[] }
  /** `from` and `to` are the edges of the window, for extrapolation. */
  | {
      readonly type: "matrix";
      readonly series: readonly Range[];
      readonly from: number;
      readonly to: number;
    };

// A query meets the labels of a series again at every step; what was made of them is kept as long as they are.
const nameless = new WeakMap<Labels, Labels>();
const keys = new WeakMap<Labels, string>();
type Derived = WeakMap<readonly string[], WeakMap<Labels, Labels>>;
const picked: Derived = new WeakMap();
const omitted: Derived = new WeakMap();

export function withoutName(labels: Labels): Labels {
  if (!("__name__" in labels)) return labels;
  const known = nameless.get(labels);
  if (known) return known;
  const { __name__: _, ...rest } = labels;
  nameless.set(labels, rest);
  return rest;
}

/** Only these labels. `names` is an array of the query, known by its identity. */
export function pick(labels: Labels, names: readonly string[]): Labels {
  return derived(picked, { labels, names }, () => {
    const found: Record<string, string> = {};
    for (const name of names) {
      const value = labels[name];
      if (value) found[name] = value;
    }
    return found;
  });
}

/** All labels but these and the metric's name. */
export function omit(labels: Labels, names: readonly string[]): Labels {
  return derived(omitted, { labels, names }, () => {
    const left: Record<string, string> = {};
    for (const name in labels)
      if (name !== "__name__" && !names.includes(name)) left[name] = labels[name] ?? "";
    return left;
  });
}

function derived(
  cache: Derived,
  of: { readonly labels: Labels; readonly names: readonly string[] },
  make: () => Labels,
): Labels {
  const known = cache.get(of.names) ?? new WeakMap<Labels, Labels>();
  cache.set(of.names, known);
  const found = known.get(of.labels) ?? make();
  known.set(of.labels, found);
  return found;
}

/** Equal for equal label sets. */
export function keyOf(labels: Labels): string {
  const known = keys.get(labels);
  if (known !== undefined) return known;
  const key = labelKey(labels);
  keys.set(labels, key);
  return key;
}

/** In the order in which Prometheus writes them. */
export function sortedLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Go's strconv.FormatFloat(v, 'f', -1, 64): infinities and NaN spelt as there, never an exponent. */
export function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  if (Object.is(value, -0)) return "-0";
  const text = String(value);
  if (!text.includes("e")) return text;
  const [mantissa = "", exponent = "0"] = text.split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const shift = Number(exponent);
  if (shift < 0) return `${sign}0.${"0".repeat(-shift - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction.padEnd(shift, "0")}`;
}
